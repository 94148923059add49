/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Typed access to the fields of a JSON object; null and absent are the same. */
final class Fields {
  private final JsonNode object;
  private final String prefix;

  private Fields(JsonNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /**
   * Reads the body of a request.
   *
   * @throws ApiError if it is no JSON object
   */
  static Fields parse(byte[] body) throws ApiError {
    JsonNode node;
    try {
      node = Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw ApiError.malformed("The body is not JSON: " + e.getOriginalMessage() + place(e));
    } catch (IOException e) {
      throw ApiError.malformed("The body is not JSON: " + e.getMessage());
    }
    if (!node.isObject()) {
      throw ApiError.malformed("The body must be a JSON object");
    }
    return new Fields(node, "");
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }

  /** The fields of an object within. */
  static Fields of(JsonNode object, String name) throws ApiError {
    if (!object.isObject()) {
      throw ApiError.badValue(name, "must be an object");
    }
    return new Fields(object, name + ".");
  }

  /** How a client finds a field: its name, behind those of the objects that it is in. */
  String path(String name) {
    return prefix + name;
  }

  @Nullable JsonNode get(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String name) throws ApiError {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw ApiError.badValue(path(name), "must be a string");
    }
    return value.textValue();
  }

  boolean flag(String name) throws ApiError {
    JsonNode value = get(name);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw ApiError.badValue(path(name), "must be true or false");
    }
    return value.booleanValue();
  }

  /** A count of at least 1; more than an int holds is the largest int. */
  OptionalInt count(String name) throws ApiError {
    JsonNode value = get(name);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || value.bigIntegerValue().signum() <= 0) {
      throw ApiError.badValue(path(name), "must be an integer of at least 1, got " + value);
    }
    return OptionalInt.of(value.canConvertToInt() ? value.intValue() : Integer.MAX_VALUE);
  }

  /** A number within bounds, both allowed. */
  float number(String name, float byDefault, float least, float most) throws ApiError {
    JsonNode value = get(name);
    if (value == null) {
      return byDefault;
    }
    if (!value.isNumber() || value.doubleValue() < least || value.doubleValue() > most) {
      throw ApiError.badValue(
          path(name), "must be a number from " + least + " to " + most + ", got " + value);
    }
    return value.floatValue();
  }
}
