/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * {@code VectorMath.pchunk(int, int, BiIntConsumer)}: parts that native operations compute whole.
 */
final class ParallelChunksAdvice {
  private ParallelChunksAdvice() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
  static @Nullable Object enter(
      @Advice.Origin Class<?> origin,
      @Advice.Argument(0) int offset,
      @Advice.Argument(1) int length,
      @Advice.Argument(2) Object action) {
    return JlamaHooks.parallelChunks(origin, offset, length, action);
  }

  @Advice.OnMethodExit
  static void exit(@Advice.Enter @Nullable Object outcome) {
    if (outcome != null) {
      ((Outcome) outcome).get();
    }
  }
}
