/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A request that is not answered, in the shape that clients of OpenAI's API read. */
final class ApiError extends Exception {
  private static final long serialVersionUID = 1L;

  private static final String INVALID = "invalid_request_error";
  private static final String SERVER = "server_error";

  private final int status;
  private final String type;
  private final @Nullable String param;
  private final @Nullable String code;

  private ApiError(
      int status, String type, @Nullable String param, @Nullable String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
  }

  /** The body as a whole cannot be read. */
  static ApiError malformed(String message) {
    return new ApiError(400, INVALID, null, null, message);
  }

  /** A field has a value that is not allowed. */
  static ApiError badValue(String param, String message) {
    return new ApiError(400, INVALID, param, null, param + ": " + message);
  }

  /** A field asks for something that is not done here. */
  static ApiError unsupported(String param, String message) {
    return new ApiError(400, INVALID, param, "unsupported_parameter", param + ": " + message);
  }

  static ApiError unknownModel(String wanted, String served) {
    return new ApiError(
        404,
        INVALID,
        "model",
        "model_not_found",
        "The model '" + wanted + "' does not exist; this server has '" + served + "'");
  }

  static ApiError promptTooLong(String param, int tokens, int limit) {
    return new ApiError(
        400,
        INVALID,
        param,
        "context_length_exceeded",
        "This model's maximum context length is "
            + limit
            + " tokens, and the prompt has "
            + tokens
            + " tokens; shorten it");
  }

  static ApiError bodyTooLarge(long limit) {
    return new ApiError(
        413, INVALID, null, "request_too_large", "The body is larger than " + limit + " bytes");
  }

  /** What the HTTP parser cannot take. */
  static ApiError badHttp(int status, String message) {
    return new ApiError(status, INVALID, null, null, message);
  }

  static ApiError tooSlow() {
    return new ApiError(408, INVALID, null, null, "The request did not come to its end in time");
  }

  static ApiError unknownPath(String method, String path) {
    return new ApiError(
        404, INVALID, null, "unknown_url", "Unknown request URL: " + method + " " + path);
  }

  static ApiError wrongMethod(String method, String path, String allowed) {
    return new ApiError(
        405,
        INVALID,
        null,
        "method_not_supported",
        "Not allowed to " + method + " on " + path + "; use " + allowed);
  }

  static ApiError queueFull(int places) {
    return new ApiError(
        429,
        "rate_limit_error",
        null,
        "rate_limit_exceeded",
        "All " + places + " places in the queue are taken; try again");
  }

  static ApiError stopping() {
    return new ApiError(503, SERVER, null, "stopping", "The server is shutting down");
  }

  static ApiError internal() {
    return new ApiError(
        500, SERVER, null, null, "The answer could not be computed; the server's log says why");
  }

  int status() {
    return status;
  }

  /** Whether the same request may be answered later. */
  boolean isTransient() {
    return status == 429 || status == 503;
  }

  /** {@code {"error":{"message","type","param","code"}}}. */
  String json() {
    ObjectNode error = Json.object();
    error.put("message", getMessage());
    error.put("type", type);
    error.put("param", param);
    error.put("code", code);
    ObjectNode body = Json.object();
    body.set("error", error);
    return Json.text(body);
  }
}
