/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a server says of an error, {@code {"error": {"message": …}}} or whatever it sends. */
final class ErrorBody {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_CHARS = 200;

  private ErrorBody() {}

  /** In one line of bounded length; empty where nothing was said. */
  static String message(String body) {
    try {
      return message(JSON.readTree(body));
    } catch (JsonProcessingException e) {
      return line(body); // a proxy's page, perhaps
    }
  }

  static String message(JsonNode body) {
    JsonNode message = body.at("/error/message");
    JsonNode error = body.path("error");
    return line(
        message.isTextual()
            ? message.textValue()
            : error.isTextual() ? error.textValue() : body.toString());
  }

  private static String line(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MOST_CHARS ? line : line.substring(0, MOST_CHARS) + "…";
  }
}
