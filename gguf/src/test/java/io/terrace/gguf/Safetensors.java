/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** Reads a safetensors file. */
final class Safetensors {
  private final JsonNode header;
  private final ByteBuffer body;

  private Safetensors(JsonNode header, ByteBuffer body) {
    this.header = header;
    this.body = body;
  }

  static Safetensors read(Path folder) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("model.safetensors"));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(file.getLong());
    JsonNode header = new ObjectMapper().readTree(bytes, Long.BYTES, length);
    int start = Long.BYTES + length;
    return new Safetensors(
        header, file.slice(start, bytes.length - start).order(ByteOrder.LITTLE_ENDIAN));
  }

  List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    header.fieldNames().forEachRemaining(names::add);
    return List.copyOf(names);
  }

  String dtype(String name) {
    return entry(name).path("dtype").asText();
  }

  /** Rows and columns, or columns alone. */
  String shape(String name) {
    return entry(name).path("shape").toString();
  }

  int columns(String name) {
    JsonNode shape = entry(name).path("shape");
    return shape.get(shape.size() - 1).asInt();
  }

  ByteBuffer bytes(String name) {
    JsonNode offsets = entry(name).path("data_offsets");
    int start = offsets.get(0).asInt();
    return body.slice(start, offsets.get(1).asInt() - start).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All values of a tensor, row after row, as Jlama understands them. */
  float[] values(String name) {
    ByteBuffer bytes = bytes(name);
    return switch (dtype(name)) {
      case "F32" -> {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        yield values;
      }
      case "BF16" -> {
        float[] values = new float[bytes.remaining() / Short.BYTES];
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
        }
        yield values;
      }
      case "Q4" -> q4(bytes, values(name + ".qb"));
      default -> throw new IllegalStateException(name + " is " + dtype(name));
    };
  }

  private static float[] q4(ByteBuffer nibbles, float[] scales) {
    float[] values = new float[nibbles.remaining() * 2];
    for (int block = 0; block < scales.length; block++) {
      for (int i = 0; i < 16; i++) {
        int pair = nibbles.get() & 0xFF;
        values[32 * block + i] = scales[block] * ((pair & 15) - 8);
        values[32 * block + 16 + i] = scales[block] * ((pair >> 4) - 8);
      }
    }
    return values;
  }

  private JsonNode entry(String name) {
    JsonNode entry = header.get(name);
    if (entry == null) {
      throw new IllegalStateException("no tensor " + name + " in " + names());
    }
    return entry;
  }
}
