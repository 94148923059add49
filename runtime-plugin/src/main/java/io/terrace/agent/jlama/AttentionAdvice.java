/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/**
 * {@code CausalSelfAttention.forward(AbstractTensor, int, KvBuffer, Optional)}: as {@link
 * BlockAdvice}, and replaced whole where attention is computed on a device.
 */
final class AttentionAdvice {
  private AttentionAdvice() {}

  @Advice.OnMethodEnter(skipOn = Outcome.class, suppress = Throwable.class)
  static @Nullable Object enter(
      @Advice.This Object block,
      @Advice.Argument(0) Object input,
      @Advice.Argument(1) int startPosition,
      @Advice.Argument(2) Object kvBuffer,
      @Advice.Argument(3) Object reducer) {
    return JlamaHooks.enterAttention(block, input, startPosition, kvBuffer, reducer);
  }

  @Advice.OnMethodExit(onThrowable = Throwable.class)
  static void exit(
      @Advice.Enter @Nullable Object entered,
      @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC)
          @Nullable Object returned) {
    if (entered instanceof Outcome outcome) {
      returned = outcome.get();
    } else {
      JlamaHooks.leaveBlock(entered);
    }
  }
}
