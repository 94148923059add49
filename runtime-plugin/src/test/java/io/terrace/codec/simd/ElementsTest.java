/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What becomes of one element. */
final class ElementsTest {
  private final Random random = new Random(20261125);

  @Test
  void bf16IsTheNearestOfItsNeighbours() {
    for (int i = 0; i < 200_000; i++) {
      int bits = Numbers.ANY.next(random);
      float exact = Float.intBitsToFloat(bits);
      if (!Float.isFinite(exact)) {
        continue;
      }
      short half = Elements.toBf16(bits);
      double error = bf16Error(exact, half);
      double below = bf16Error(exact, (short) (half - 1));
      double above = bf16Error(exact, (short) (half + 1));
      assertThat(error).as("%x", bits).isLessThanOrEqualTo(Math.min(below, above));
      if (error == below || error == above) {
        assertThat(half & 1).as("%x, a tie", bits).isZero();
      }
    }
  }

  /** Where a half is infinite, the number that would follow if there were a larger exponent. */
  private static double bf16Error(float exact, short half) {
    float value = Float.intBitsToFloat(Elements.fromBf16(half));
    double there = Float.isInfinite(value) ? Math.copySign(0x1p128, value) : value;
    return Float.isNaN(value) ? Double.POSITIVE_INFINITY : Math.abs(exact - there);
  }

  @Test
  void bf16GoesThereAndBackWithoutAChange() {
    for (int half = 0; half < 1 << 16; half++) {
      boolean signalling = (half & 0x7F80) == 0x7F80 && (half & 0x7F) != 0 && (half & 0x40) == 0;
      int expected = signalling ? half | 0x40 : half;
      assertThat(Elements.toBf16(Elements.fromBf16((short) half))).isEqualTo((short) expected);
    }
  }

  @Test
  void f16IsTheOneOfTheJdk() {
    for (int i = 0; i < 200_000; i++) {
      int bits = Numbers.ANY.next(random);
      float exact = Float.intBitsToFloat(bits);
      if (!Float.isNaN(exact)) {
        assertThat(Elements.toF16(bits)).as("%x", bits).isEqualTo(Float.floatToFloat16(exact));
      }
    }
  }

  @Test
  void f16GoesThereAndBackWithoutAChange() {
    for (int half = 0; half < 1 << 16; half++) {
      boolean nan = (half & 0x7FFF) > 0x7C00;
      int expected = nan ? (half & 0x8000) | 0x7E00 : half;
      assertThat(Elements.toF16(Elements.fromF16((short) half))).isEqualTo((short) expected);
    }
  }

  @Test
  void nanStaysNan() {
    for (int nan : new int[] {0x7F80_0001, 0xFF80_0001, 0x7FC0_0000, 0xFFFF_FFFF, 0x7F80_FFFF}) {
      int back = Elements.fromBf16(Elements.toBf16(nan));
      assertThat(Float.intBitsToFloat(back)).isNaN();
      assertThat(back < 0).isEqualTo(nan < 0);
      back = Elements.fromF16(Elements.toF16(nan));
      assertThat(Float.intBitsToFloat(back)).isNaN();
      assertThat(back < 0).isEqualTo(nan < 0);
    }
  }

  @Test
  void q8IsTheNearestMultipleOfTheScale() {
    for (int i = 0; i < 200_000; i++) {
      float value = Float.intBitsToFloat(Numbers.FINITE.next(random));
      float scale = Elements.scale(Math.abs(value) * (1 + random.nextFloat() * 20));
      byte byteValue = Elements.toQ8(Float.floatToRawIntBits(value), Elements.inverse(scale));
      assertThat(Math.abs(value - byteValue * scale)).isLessThanOrEqualTo(scale * 0.50001f);
    }
  }

  @Test
  void q8ReachesItsLargestMagnitudeAndNoFurther() {
    for (int i = 0; i < 200_000; i++) {
      float largest = Math.abs(Float.intBitsToFloat(Numbers.FINITE.next(random)));
      float inverse = Elements.inverse(Elements.scale(largest));
      byte expected = (byte) (largest == 0 ? 0 : 127);
      assertThat(Elements.toQ8(Float.floatToRawIntBits(largest), inverse)).isEqualTo(expected);
      assertThat(Elements.toQ8(Float.floatToRawIntBits(-largest), inverse))
          .isEqualTo((byte) -expected);
    }
  }

  @Test
  void q8HasAnAnswerForWhatIsNotFinite() {
    assertThat(Elements.toQ8(Elements.INFINITY, 1)).isEqualTo((byte) 127);
    assertThat(Elements.toQ8(Elements.INFINITY | Integer.MIN_VALUE, 1)).isEqualTo((byte) -127);
    assertThat(Elements.toQ8(Elements.INFINITY, 0)).isZero();
    assertThat(Elements.toQ8(0x7FC0_0001, 1)).isZero();
    assertThat(Elements.scale(Float.MIN_NORMAL)).isZero();
    assertThat(Elements.inverse(0)).isZero();
  }
}
