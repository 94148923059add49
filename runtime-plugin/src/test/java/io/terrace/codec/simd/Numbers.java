/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static io.terrace.codec.simd.Elements.U32;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Sorts of binary32 to try kernels with. */
enum Numbers {
  /** As in real KV, with an exact zero now and then. */
  FINITE {
    @Override
    int next(Random random) {
      float gauss = (float) (random.nextGaussian() * Math.exp(random.nextGaussian()));
      return Float.floatToRawIntBits(random.nextInt(20) == 0 ? 0 : gauss);
    }
  },
  /** So small that their scale is subnormal, or just not. */
  TINY {
    @Override
    int next(Random random) {
      return random.nextInt(0x0500_0000) | (random.nextBoolean() ? Integer.MIN_VALUE : 0);
    }
  },
  /** Any bits at all, the awkward ones often. */
  ANY {
    @Override
    int next(Random random) {
      int choice = random.nextInt(4 * AWKWARD.length);
      return choice < AWKWARD.length ? AWKWARD[choice] : random.nextInt();
    }
  };

  private static final int[] AWKWARD = {
    0,
    Integer.MIN_VALUE, // -0
    1, // the least subnormal
    0x007F_FFFF,
    0x0080_0000, // the least normal
    0x7F7F_FFFF, // the largest
    0xFF7F_FFFF,
    0x7F80_0000, // infinity
    0xFF80_0000,
    0x7F80_0001, // NaNs, signalling and quiet
    0x7FC0_0000,
    0xFFFF_FFFF,
    0x3F80_0000, // 1
    0x477F_E000, // 65,504: the largest half
    0x477F_EFFF, // just below 65,520
    0x477F_F000, // 65,520: the first that is infinite as a half
    0x3880_0000, // 2^-14: the least normal half
    0x387F_FFFF,
    0x3300_0000, // 2^-25: half of the least half
    0x3300_0001
  };

  abstract int next(Random random);

  void fill(Random random, MemorySegment target, long offset, int count) {
    for (int i = 0; i < count; i++) {
      target.set(U32, offset + 4L * i, next(random));
    }
  }
}
