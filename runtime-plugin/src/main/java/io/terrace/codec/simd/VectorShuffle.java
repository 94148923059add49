/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static io.terrace.codec.simd.Elements.ORDER;
import static io.terrace.codec.simd.Lanes.BYTES;
import static io.terrace.codec.simd.Lanes.INTS;
import static io.terrace.codec.simd.Lanes.WIDE_SHORTS;
import static io.terrace.codec.simd.Lanes.WIDE_SHORTS_AS_BYTES;
import static jdk.incubator.vector.VectorOperators.I2B;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2B;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Bytes of equal significance together. Narrowing a vector of elements keeps the lowest byte of
 * each, so each plane is a shift and a narrowing; back it is a widening and a shift.
 */
final class VectorShuffle {
  private VectorShuffle() {}

  static void shuffle2(MemorySegment from, MemorySegment to, int count) {
    MemorySegment source = Native.of(from);
    MemorySegment target = Native.of(to);
    int lanes = WIDE_SHORTS.length();
    int i = 0;
    for (; i <= count - lanes; i += lanes) {
      ShortVector both = ShortVector.fromMemorySegment(WIDE_SHORTS, source, 2L * i, ORDER);
      low(both).intoMemorySegment(target, i, ORDER);
      low(both.lanewise(LSHR, 8)).intoMemorySegment(target, (long) count + i, ORDER);
    }
    ScalarKernels.shuffleEnd(source, target, 2, count, i);
  }

  private static ByteVector low(ShortVector shorts) {
    return (ByteVector) shorts.convertShape(S2B, WIDE_SHORTS_AS_BYTES, 0);
  }

  static void unshuffle2(MemorySegment from, MemorySegment to, int count) {
    MemorySegment source = Native.of(from);
    MemorySegment target = Native.of(to);
    int lanes = WIDE_SHORTS.length();
    int i = 0;
    for (; i <= count - lanes; i += lanes) {
      ShortVector low = widened2(source, i);
      ShortVector high = widened2(source, (long) count + i);
      low.or(high.lanewise(LSHL, 8)).intoMemorySegment(target, 2L * i, ORDER);
    }
    ScalarKernels.unshuffleEnd(source, target, 2, count, i);
  }

  private static ShortVector widened2(MemorySegment from, long offset) {
    ByteVector bytes = ByteVector.fromMemorySegment(WIDE_SHORTS_AS_BYTES, from, offset, ORDER);
    return (ShortVector) bytes.convertShape(ZERO_EXTEND_B2S, WIDE_SHORTS, 0);
  }

  static void shuffle4(MemorySegment from, MemorySegment to, int count) {
    MemorySegment source = Native.of(from);
    MemorySegment target = Native.of(to);
    int lanes = INTS.length();
    long plane = count;
    int i = 0;
    for (; i <= count - lanes; i += lanes) {
      IntVector all = IntVector.fromMemorySegment(INTS, source, 4L * i, ORDER);
      low(all).intoMemorySegment(target, i, ORDER);
      low(all.lanewise(LSHR, 8)).intoMemorySegment(target, plane + i, ORDER);
      low(all.lanewise(LSHR, 16)).intoMemorySegment(target, 2 * plane + i, ORDER);
      low(all.lanewise(LSHR, 24)).intoMemorySegment(target, 3 * plane + i, ORDER);
    }
    ScalarKernels.shuffleEnd(source, target, 4, count, i);
  }

  private static ByteVector low(IntVector ints) {
    return (ByteVector) ints.convertShape(I2B, BYTES, 0);
  }

  static void unshuffle4(MemorySegment from, MemorySegment to, int count) {
    MemorySegment source = Native.of(from);
    MemorySegment target = Native.of(to);
    int lanes = INTS.length();
    long plane = count;
    int i = 0;
    for (; i <= count - lanes; i += lanes) {
      IntVector byte0 = widened4(source, i);
      IntVector byte1 = widened4(source, plane + i).lanewise(LSHL, 8);
      IntVector byte2 = widened4(source, 2 * plane + i).lanewise(LSHL, 16);
      IntVector byte3 = widened4(source, 3 * plane + i).lanewise(LSHL, 24);
      byte0.or(byte1).or(byte2.or(byte3)).intoMemorySegment(target, 4L * i, ORDER);
    }
    ScalarKernels.unshuffleEnd(source, target, 4, count, i);
  }

  private static IntVector widened4(MemorySegment from, long offset) {
    ByteVector bytes = ByteVector.fromMemorySegment(BYTES, from, offset, ORDER);
    return (IntVector) bytes.convertShape(ZERO_EXTEND_B2I, INTS, 0);
  }
}
