/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import java.util.concurrent.locks.Lock;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * {@code forward} of {@code MLPBlock} and {@code CausalSelfAttention}: one call at a time through
 * each.
 */
final class ScratchAdvice {
  private ScratchAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static @Nullable Lock enter(@Advice.This Object block) {
    return JlamaHooks.enterBlock(block);
  }

  @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
  static void exit(@Advice.Enter @Nullable Lock lock) {
    JlamaHooks.leaveBlock(lock);
  }
}
