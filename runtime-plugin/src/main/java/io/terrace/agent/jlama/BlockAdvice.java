/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** {@code MLPBlock.forward}: one call at a time, and none in a pass that is of no use any more. */
final class BlockAdvice {
  private BlockAdvice() {}

  @Advice.OnMethodEnter(skipOn = Outcome.class, suppress = Throwable.class)
  static @Nullable Object enter(@Advice.This Object block, @Advice.Argument(0) Object input) {
    return JlamaHooks.enterBlock(block, input);
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
