/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;

/** Chunks by number: 0 stands for the root, and every other number for a chunk. */
final class Chunks {
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

  static ChunkDescriptor chunk(int number, int parent) {
    return chunk(number, parent, SMALL);
  }

  static ChunkDescriptor chunk(int number, int parent, PageGeometry geometry) {
    return new ChunkDescriptor(key(number), key(parent), parent == 0 ? 0 : 4, 4, geometry);
  }
}
