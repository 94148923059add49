/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.codec.simd.Kernels;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * An encoding of payloads whose bytes of equal significance were brought together: signs and
 * exponents of neighbouring elements are alike and compress, the lowest bits of the mantissas are
 * noise and cost less time when they lie in one piece.
 */
public abstract class ShuffledCodec implements Codec {
  private final Kernels kernels = Kernels.best();
  private final Scratch scratch = new Scratch();

  @Override
  public final long encode(MemorySegment raw, int elementBytes, MemorySegment target) {
    MemorySegment shuffled = shuffled(raw, elementBytes);
    long room = Math.min(target.byteSize(), raw.byteSize() - 1);
    return room <= 0
        ? -1
        : compress(shuffled.asByteBuffer(), target.asSlice(0, room).asByteBuffer());
  }

  private MemorySegment shuffled(MemorySegment raw, int elementBytes) {
    int count = count(raw, elementBytes);
    if (elementBytes == 1) {
      return raw;
    }
    MemorySegment shuffled = scratch.of(raw.byteSize());
    if (elementBytes == 2) {
      kernels.shuffle2(raw, shuffled, count);
    } else {
      kernels.shuffle4(raw, shuffled, count);
    }
    return shuffled;
  }

  @Override
  public final void decode(MemorySegment stored, int elementBytes, MemorySegment raw)
      throws CodecException {
    int count = count(raw, elementBytes);
    MemorySegment shuffled = elementBytes == 1 ? raw : scratch.of(raw.byteSize());
    int bytes = decompress(stored.asByteBuffer(), shuffled.asByteBuffer());
    if (bytes != raw.byteSize()) {
      throw new CodecException(
          encoding() + " gives " + bytes + " bytes, " + raw.byteSize() + " were wanted");
    }
    if (elementBytes == 2) {
      kernels.unshuffle2(shuffled, raw, count);
    } else if (elementBytes == 4) {
      kernels.unshuffle4(shuffled, raw, count);
    }
  }

  private static int count(MemorySegment raw, int elementBytes) {
    boolean known = elementBytes == 1 || elementBytes == 2 || elementBytes == 4;
    if (!known || raw.byteSize() % elementBytes != 0 || raw.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          raw.byteSize() + " bytes cannot be elements of " + elementBytes + " bytes in a page");
    }
    return (int) (raw.byteSize() / elementBytes);
  }

  /**
   * Compresses all of one direct buffer into another.
   *
   * @return the length in {@code to}; -1 if it does not fit there
   */
  protected abstract int compress(ByteBuffer from, ByteBuffer to);

  /**
   * Takes {@link #compress} back.
   *
   * @return the length in {@code to}
   * @throws CodecException if {@code from} is malformed, or does not fit into {@code to}
   */
  protected abstract int decompress(ByteBuffer from, ByteBuffer to) throws CodecException;
}
