/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static io.terrace.codec.simd.Elements.INFINITY;
import static io.terrace.codec.simd.Elements.MAGNITUDE;
import static io.terrace.codec.simd.Elements.ORDER;
import static io.terrace.codec.simd.Elements.U16;
import static io.terrace.codec.simd.Elements.U32;
import static io.terrace.codec.simd.Lanes.COUNT;
import static io.terrace.codec.simd.Lanes.INTS;
import static io.terrace.codec.simd.Lanes.SHORTS;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Binary32 and its two halves, on bits. */
final class VectorHalves {
  /** From here on (2^16) every binary32 is infinite in binary16. */
  private static final int F16_TOO_LARGE = 0x4780_0000;

  /** Below it (2^-14) every binary32 is subnormal in binary16. */
  private static final int F16_LEAST_NORMAL = 0x3880_0000;

  /** What the exponents' biases differ by, where binary32 has its exponent. */
  private static final int BIAS = (127 - 15) << 23;

  /** 0.5: added to a magnitude below 2^-14, the lowest bits are the binary16's, rounded. */
  private static final int F16_ROUNDER = 0x3F00_0000;

  private VectorHalves() {}

  static void toBf16(
      MemorySegment f32, long f32Offset, MemorySegment bf16, long bf16Offset, int count) {
    MemorySegment source = Native.of(f32);
    MemorySegment target = Native.of(bf16);
    int i = 0;
    for (; i <= count - COUNT; i += COUNT) {
      IntVector bits = IntVector.fromMemorySegment(INTS, source, f32Offset + 4L * i, ORDER);
      IntVector upper = bits.lanewise(LSHR, 16);
      IntVector rounded = bits.add(upper.and(1)).add(0x7FFF).lanewise(LSHR, 16);
      IntVector half = rounded.blend(upper.or(0x40), bits.and(MAGNITUDE).compare(GT, INFINITY));
      narrowed(half).intoMemorySegment(target, bf16Offset + 2L * i, ORDER);
    }
    for (; i < count; i++) {
      target.set(U16, bf16Offset + 2L * i, Elements.toBf16(source.get(U32, f32Offset + 4L * i)));
    }
  }

  private static ShortVector narrowed(IntVector ints) {
    return (ShortVector) ints.convertShape(I2S, SHORTS, 0);
  }

  static void fromBf16(
      MemorySegment bf16, long bf16Offset, MemorySegment f32, long f32Offset, int count) {
    MemorySegment source = Native.of(bf16);
    MemorySegment target = Native.of(f32);
    int i = 0;
    for (; i <= count - COUNT; i += COUNT) {
      IntVector half = widened(source, bf16Offset + 2L * i);
      half.lanewise(LSHL, 16).intoMemorySegment(target, f32Offset + 4L * i, ORDER);
    }
    for (; i < count; i++) {
      target.set(U32, f32Offset + 4L * i, Elements.fromBf16(source.get(U16, bf16Offset + 2L * i)));
    }
  }

  private static IntVector widened(MemorySegment halves, long offset) {
    ShortVector shorts = ShortVector.fromMemorySegment(SHORTS, halves, offset, ORDER);
    return (IntVector) shorts.convertShape(ZERO_EXTEND_S2I, INTS, 0);
  }

  static void toF16(
      MemorySegment f32, long f32Offset, MemorySegment f16, long f16Offset, int count) {
    MemorySegment source = Native.of(f32);
    MemorySegment target = Native.of(f16);
    int i = 0;
    for (; i <= count - COUNT; i += COUNT) {
      IntVector bits = IntVector.fromMemorySegment(INTS, source, f32Offset + 4L * i, ORDER);
      narrowed(toF16(bits)).intoMemorySegment(target, f16Offset + 2L * i, ORDER);
    }
    for (; i < count; i++) {
      target.set(U16, f16Offset + 2L * i, Elements.toF16(source.get(U32, f32Offset + 4L * i)));
    }
  }

  private static IntVector toF16(IntVector bits) {
    IntVector magnitude = bits.and(MAGNITUDE);
    IntVector odd = magnitude.lanewise(LSHR, 13).and(1);
    IntVector normal = magnitude.add(0xFFF - BIAS).add(odd).lanewise(LSHR, 13);
    IntVector subnormal =
        magnitude
            .reinterpretAsFloats()
            .add(Float.intBitsToFloat(F16_ROUNDER))
            .reinterpretAsInts()
            .sub(F16_ROUNDER);
    IntVector half =
        normal
            .blend(subnormal, magnitude.compare(LT, F16_LEAST_NORMAL))
            .blend(0x7C00, magnitude.compare(GE, F16_TOO_LARGE))
            .blend(0x7E00, magnitude.compare(GT, INFINITY));
    return half.or(bits.lanewise(LSHR, 16).and(0x8000));
  }

  static void fromF16(
      MemorySegment f16, long f16Offset, MemorySegment f32, long f32Offset, int count) {
    MemorySegment source = Native.of(f16);
    MemorySegment target = Native.of(f32);
    int i = 0;
    for (; i <= count - COUNT; i += COUNT) {
      IntVector half = widened(source, f16Offset + 2L * i);
      fromF16(half).intoMemorySegment(target, f32Offset + 4L * i, ORDER);
    }
    for (; i < count; i++) {
      target.set(U32, f32Offset + 4L * i, Elements.fromF16(source.get(U16, f16Offset + 2L * i)));
    }
  }

  /** A subnormal is taken as 2^-14 and a fraction, from which 2^-14 is then taken away. */
  private static IntVector fromF16(IntVector half) {
    IntVector shifted = half.and(0x7FFF).lanewise(LSHL, 13);
    IntVector exponent = shifted.and(0x7C00 << 13);
    IntVector normal = shifted.add(BIAS);
    IntVector subnormal =
        normal
            .add(1 << 23)
            .reinterpretAsFloats()
            .sub(Float.intBitsToFloat(F16_LEAST_NORMAL))
            .reinterpretAsInts();
    IntVector bits =
        normal
            .blend(normal.add(BIAS), exponent.compare(EQ, 0x7C00 << 13))
            .blend(subnormal, exponent.compare(EQ, 0));
    return bits.or(half.and(0x8000).lanewise(LSHL, 16));
  }
}
