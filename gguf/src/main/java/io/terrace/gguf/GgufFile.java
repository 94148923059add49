/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A mapped GGUF file of version 2 or 3, little-endian (ggml, docs/gguf.md): magic "GGUF", version
 * u32, tensor count u64, key count u64, the keys, the tensors' names, shapes, types and offsets,
 * zeros up to the alignment, the tensors' data. Everything lies within the file, and no two tensors
 * share a byte. Valid until closed, for the thread that opened it.
 */
final class GgufFile implements AutoCloseable {
  private static final long MAGIC = 0x46554747L; // "GGUF", little-endian
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 1 << 20;
  private static final int MAX_DIMENSIONS = 4;
  private static final int MAX_NAME_BYTES = 1_024;

  /** A name of one letter, one dimension, type and offset. */
  private static final int LEAST_TENSOR_BYTES = Long.BYTES + 1 + Integer.BYTES + 8 + 4 + 8;

  /** A tensor before it is known where the data begins. */
  private record Entry(
      String name,
      TensorType type,
      boolean vector,
      long rows,
      long columns,
      long offset,
      long bytes) {}

  private final Arena arena;
  private final Metadata metadata;
  private final Map<String, TensorInfo> tensors;

  private GgufFile(Arena arena, Metadata metadata, Map<String, TensorInfo> tensors) {
    this.arena = arena;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  static GgufFile open(Path file) throws IOException {
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return parse(arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Reads a file's bytes; they belong to the arena, which is closed with the result. */
  static GgufFile parse(Arena arena, MemorySegment bytes) throws GgufException {
    FieldReader reader = new FieldReader(bytes);
    long magic = reader.unsignedInt("the magic number");
    if (magic != MAGIC) {
      throw new GgufException(
          String.format("this is no GGUF file: it begins with 0x%08X, not with \"GGUF\"", magic));
    }
    long version = reader.unsignedInt("the version");
    if (version != 2 && version != 3) {
      throw new GgufException(
          "the format's version is " + version + "; read are 2 and 3, little-endian");
    }
    long tensorCount = reader.size("the number of tensors");
    long keyCount = reader.size("the number of metadata keys");
    Metadata metadata = Metadata.read(reader, keyCount);
    List<Entry> entries = entries(reader, tensorCount);
    long alignment = alignment(metadata);
    long padding = Math.floorMod(-reader.position(), alignment);
    if (!entries.isEmpty()) {
      reader.slice("the padding behind the tensors' names", padding);
    }
    return new GgufFile(arena, metadata, tensors(entries, reader.rest(), alignment));
  }

  private static long alignment(Metadata metadata) throws GgufException {
    String key = "general.alignment";
    int alignment = metadata.integer(key, 8, MAX_ALIGNMENT, DEFAULT_ALIGNMENT);
    if (alignment % 8 != 0) {
      throw new GgufException(key + " is " + alignment + ", wanted is a multiple of 8");
    }
    return alignment;
  }

  private static List<Entry> entries(FieldReader reader, long count) throws GgufException {
    if (count > reader.remaining() / LEAST_TENSOR_BYTES) {
      throw new GgufException(
          ("the header says " + count + " tensors, but only " + reader.remaining())
              + " bytes of the file follow");
    }
    List<Entry> entries = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      entries.add(entry(reader, "tensor " + (i + 1) + " of " + count));
    }
    return entries;
  }

  private static Entry entry(FieldReader reader, String which) throws GgufException {
    MemorySegment nameBytes = reader.textBytes("the name of " + which);
    if (nameBytes.byteSize() == 0 || nameBytes.byteSize() > MAX_NAME_BYTES) {
      throw new GgufException(
          ("the name of " + which + " has " + nameBytes.byteSize() + " bytes, allowed are 1 to ")
              + MAX_NAME_BYTES);
    }
    String name = FieldReader.decode("the name of " + which, nameBytes);
    long dimensions = reader.unsignedInt("the number of dimensions of tensor " + name);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new GgufException(
          "tensor " + name + " has " + dimensions + " dimensions, allowed are 1 to 4");
    }
    long columns = dimension(reader, name);
    long rows = 1;
    for (long i = 1; i < dimensions; i++) {
      rows = product(name, rows, dimension(reader, name));
    }
    TensorType type = TensorType.of(name, reader.unsignedInt("the type of tensor " + name));
    long offset = reader.size("the offset of tensor " + name);
    if (columns % type.blockValues() != 0) {
      throw new GgufException(
          ("tensor " + name + " has rows of " + columns + " values; " + type + " stores blocks of ")
              + type.blockValues());
    }
    product(name, columns, Float.BYTES); // so that the row's bytes are no overflow in any type
    long bytes = product(name, rows, type.rowBytes(columns));
    return new Entry(name, type, dimensions == 1, rows, columns, offset, bytes);
  }

  private static long dimension(FieldReader reader, String name) throws GgufException {
    long dimension = reader.size("a dimension of tensor " + name);
    if (dimension == 0) {
      throw new GgufException("tensor " + name + " has a dimension of 0");
    }
    return dimension;
  }

  private static long product(String name, long a, long b) throws GgufException {
    if (Math.multiplyHigh(a, b) != 0 || a * b < 0) {
      throw new GgufException(
          "tensor " + name + " is too large for any file: its dimensions overflow");
    }
    return a * b;
  }

  private static Map<String, TensorInfo> tensors(
      List<Entry> entries, MemorySegment data, long alignment) throws GgufException {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.offset % alignment != 0) {
        throw new GgufException(
            ("tensor " + entry.name + " begins at offset " + entry.offset)
                + (", which is no multiple of the alignment " + alignment));
      }
      if (entry.offset > data.byteSize() || entry.bytes > data.byteSize() - entry.offset) {
        throw new GgufException(
            ("tensor " + entry.name + " has " + entry.bytes + " bytes from offset " + entry.offset)
                + (" on, but the file has only " + data.byteSize())
                + " bytes of data: it is cut off or damaged");
      }
      MemorySegment bytes = data.asSlice(entry.offset, entry.bytes);
      TensorInfo tensor =
          new TensorInfo(entry.name, entry.type, entry.vector, entry.rows, entry.columns, bytes);
      if (tensors.putIfAbsent(entry.name, tensor) != null) {
        throw new GgufException("tensor " + entry.name + " is there twice");
      }
    }
    refuseOverlaps(entries);
    return tensors;
  }

  private static void refuseOverlaps(List<Entry> entries) throws GgufException {
    List<Entry> sorted = entries.stream().sorted(Comparator.comparingLong(Entry::offset)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      Entry entry = sorted.get(i);
      if (entry.offset < before.offset + before.bytes) {
        throw new GgufException(
            ("tensor " + entry.name + " begins at offset " + entry.offset + ", inside tensor ")
                + (before.name + ", which ends at " + (before.offset + before.bytes)));
      }
    }
  }

  Metadata metadata() {
    return metadata;
  }

  /** By name, in the order of the file. */
  Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    arena.close();
  }
}
