/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Conversion of one element, on its bits: what every kernel must agree with. */
final class Elements {
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
  static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

  static final int MAGNITUDE = 0x7FFF_FFFF;
  static final int INFINITY = 0x7F80_0000;

  /** 1.5 × 2^23: a float added to it is rounded to an integer, which its lowest bits then are. */
  static final float ROUNDER = 0x1.8p23f;

  /** The largest byte; -128 is not used, so that both signs reach as far. */
  static final float Q8_MOST = 127;

  private Elements() {}

  static short toBf16(int bits) {
    if ((bits & MAGNITUDE) > INFINITY) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  static int fromBf16(short bf16) {
    return bf16 << 16;
  }

  static short toF16(int bits) {
    if ((bits & MAGNITUDE) > INFINITY) {
      return (short) (((bits >>> 16) & 0x8000) | 0x7E00);
    }
    return Float.floatToFloat16(Float.intBitsToFloat(bits));
  }

  static int fromF16(short f16) {
    int magnitude = f16 & 0x7FFF;
    if (magnitude > 0x7C00) {
      return ((f16 & 0x8000) << 16) | INFINITY | ((magnitude & 0x3FF) << 13);
    }
    return Float.floatToRawIntBits(Float.float16ToFloat(f16));
  }

  /** The scale of a channel whose largest finite magnitude is given. */
  static float scale(float largest) {
    float scale = largest / Q8_MOST;
    return scale < Float.MIN_NORMAL ? 0 : scale;
  }

  /** What elements of a channel are multiplied with. */
  static float inverse(float scale) {
    return scale == 0 ? 0 : 1 / scale;
  }

  static byte toQ8(int bits, float inverse) {
    int magnitude = bits & MAGNITUDE;
    if (magnitude >= INFINITY) {
      return (byte) (magnitude > INFINITY || inverse == 0 ? 0 : bits < 0 ? -127 : 127);
    }
    return (byte) Float.floatToRawIntBits(Float.intBitsToFloat(bits) * inverse + ROUNDER);
  }
}
