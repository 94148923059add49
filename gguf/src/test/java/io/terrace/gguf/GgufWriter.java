/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Writes GGUF files as their description says (ggml, docs/gguf.md), wrong ones as well. */
final class GgufWriter {
  /** Ids of value types. */
  static final int UINT32 = 4;

  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int STRING = 8;
  static final int ARRAY = 9;
  static final int UINT64 = 10;

  private record Entry(String name, List<Long> shape, int type, ByteBuffer data) {}

  /** Values with their types in front. */
  private final Map<String, byte[]> keys = new LinkedHashMap<>();

  private final List<Entry> tensors = new ArrayList<>();
  private final List<byte[]> extraKeys = new ArrayList<>();
  private int version = 3;
  private int alignment = 32;

  GgufWriter version(int written) {
    version = written;
    return this;
  }

  /** Puts tensors at multiples of this, and says so. */
  GgufWriter alignment(int bytes) {
    alignment = bytes;
    return put("general.alignment", bytes);
  }

  GgufWriter put(String key, long value) {
    keys.put(key, bytes(UINT32, buffer -> buffer.putInt((int) value)));
    return this;
  }

  GgufWriter putLong(String key, long value) {
    keys.put(key, bytes(UINT64, buffer -> buffer.putLong(value)));
    return this;
  }

  GgufWriter put(String key, float value) {
    keys.put(key, bytes(FLOAT32, buffer -> buffer.putFloat(value)));
    return this;
  }

  GgufWriter put(String key, String value) {
    keys.put(key, bytes(STRING, buffer -> putText(buffer, value)));
    return this;
  }

  GgufWriter putTexts(String key, List<String> values) {
    keys.put(
        key,
        bytes(
            ARRAY,
            buffer -> {
              buffer.putInt(STRING).putLong(values.size());
              values.forEach(value -> putText(buffer, value));
            }));
    return this;
  }

  GgufWriter putIntegers(String key, List<Integer> values) {
    keys.put(
        key,
        bytes(
            ARRAY,
            buffer -> {
              buffer.putInt(INT32).putLong(values.size());
              values.forEach(buffer::putInt);
            }));
    return this;
  }

  /** A value as it is, with whatever is wrong with it. */
  GgufWriter putRaw(String key, byte[] typeAndValue) {
    keys.put(key, typeAndValue);
    return this;
  }

  /** A key that is there already once more. */
  GgufWriter repeat(String key) {
    extraKeys.add(keyBytes(key, requireNonNull(keys.get(key))));
    return this;
  }

  GgufWriter without(String key) {
    keys.remove(key);
    return this;
  }

  /**
   * @param shape innermost dimension first, as in the file
   */
  GgufWriter tensor(String name, TensorType type, byte[] data, long... shape) {
    return tensor(name, id(type), data, shape);
  }

  GgufWriter tensor(String name, int type, byte[] data, long... shape) {
    tensors.add(
        new Entry(name, LongStream.of(shape).boxed().toList(), type, ByteBuffer.wrap(data)));
    return this;
  }

  GgufWriter withoutTensor(String name) {
    tensors.removeIf(entry -> entry.name.equals(name));
    return this;
  }

  static int id(TensorType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case Q4_0 -> 2;
      case Q4_1 -> 3;
      case Q8_0 -> 8;
      case BF16 -> 30;
    };
  }

  byte[] toBytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("GGUF".getBytes(UTF_8));
    ByteBuffer counts = little(20).putInt(version).putLong(tensors.size());
    file.writeBytes(copy(counts.putLong(keys.size() + extraKeys.size())));
    keys.forEach((key, value) -> file.writeBytes(keyBytes(key, value)));
    extraKeys.forEach(file::writeBytes);
    long offset = 0;
    for (Entry tensor : tensors) {
      ByteBuffer entry = little(8 + 4 * tensor.name.length() + 4 + 8 * tensor.shape.size() + 12);
      putText(entry, tensor.name);
      entry.putInt(tensor.shape.size());
      for (long dimension : tensor.shape) {
        entry.putLong(dimension);
      }
      entry.putInt(tensor.type).putLong(offset);
      file.writeBytes(copy(entry));
      offset += padded(tensor.data.capacity());
    }
    pad(file);
    for (Entry tensor : tensors) {
      tensor.data.rewind();
      while (tensor.data.hasRemaining()) {
        file.write(tensor.data.get());
      }
      pad(file);
    }
    return file.toByteArray();
  }

  private void pad(ByteArrayOutputStream file) {
    while (file.size() % alignment != 0) {
      file.write(0);
    }
  }

  private long padded(long length) {
    return (length + alignment - 1) / alignment * alignment;
  }

  private static byte[] keyBytes(String key, byte[] value) {
    ByteBuffer entry = little(8 + 4 * key.length() + value.length);
    putText(entry, key);
    entry.put(value);
    return copy(entry);
  }

  private interface Put {
    void to(ByteBuffer buffer);
  }

  private static byte[] bytes(int type, Put value) {
    ByteBuffer buffer = little(1 << 22).putInt(type);
    value.to(buffer);
    return copy(buffer);
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  private static void putText(ByteBuffer buffer, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    buffer.putLong(utf8.length).put(utf8);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
