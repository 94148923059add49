/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/** Sorts of payloads. */
enum Payloads {
  /** Every bit is noise: nothing gets it smaller. */
  RANDOM {
    @Override
    void fill(MemorySegment memory, Random random) {
      byte[] bytes = new byte[(int) memory.byteSize()];
      random.nextBytes(bytes);
      memory.copyFrom(MemorySegment.ofArray(bytes));
    }
  },
  CONSTANT {
    @Override
    void fill(MemorySegment memory, Random random) {
      memory.fill((byte) random.nextInt());
    }
  },
  /** As KV is: numbers of a few magnitudes, each near the one before. */
  SMOOTH {
    @Override
    void fill(MemorySegment memory, Random random) {
      float value = 0;
      for (long i = 0; i + 4 <= memory.byteSize(); i += 4) {
        value += (float) random.nextGaussian() / 8;
        memory.set(F32, i, value);
      }
    }
  };

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  abstract void fill(MemorySegment memory, Random random);
}
