/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Chunks by number: 0 stands for the root, and every other number for a chunk. */
final class Chunks {
  /** More time than any call takes. */
  static final Deadline SOON = Deadline.after(Duration.ofHours(1));

  private static final byte[] FINGERPRINT = new byte[ChunkKey.BYTES];

  /** Pages of 64 bytes. */
  static final PageGeometry SMALL = new PageGeometry(1, 1, 2, 4, DataType.F32);

  /** Pages of 128 bytes. */
  static final PageGeometry LARGE = new PageGeometry(2, 1, 2, 4, DataType.F32);

  private Chunks() {}

  static ChunkKey key(int number) {
    byte[] bytes = new byte[ChunkKey.BYTES];
    bytes[0] = (byte) (number * 37); // so that the order of keys is not the one of numbers
    bytes[30] = (byte) (number >> 8);
    bytes[31] = (byte) number;
    return ChunkKey.of(bytes, 0);
  }

  /** A full chunk in a page. */
  static Chunk chunk(int number, int parent, FakePage page) {
    int start = parent == 0 ? 0 : 4;
    return chunk(
        new ChunkDescriptor(key(number), key(parent), start, 4, page.geometry()),
        ChunkKind.FULL,
        page);
  }

  /** The first positions of a chunk, which take the place of what is under their key. */
  static Chunk tail(int number, int parent, int positions, FakePage page) {
    int start = parent == 0 ? 0 : 4;
    return chunk(
        new ChunkDescriptor(key(number), key(parent), start, positions, page.geometry(), true),
        ChunkKind.TAIL,
        page);
  }

  private static Chunk chunk(ChunkDescriptor descriptor, ChunkKind kind, FakePage page) {
    MemorySegment memory = MemorySegment.ofArray(new byte[ChunkHeader.BYTES]);
    MemorySegment header =
        new ChunkHeaderWriter(memory)
            .begin(kind, descriptor, FINGERPRINT, new int[4], 0, 0)
            .finish();
    return Chunk.ofPage(descriptor, header, page);
  }
}
