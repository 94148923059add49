/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** {@code MoEBlock.forward(AbstractTensor, Optional)}: one call at a time, one token at a time. */
final class MixtureAdvice {
  private MixtureAdvice() {}

  @Advice.OnMethodEnter(skipOn = Outcome.class, suppress = Throwable.class)
  static @Nullable Object enter(
      @Advice.This Object block,
      @Advice.Argument(0) Object input,
      @Advice.Argument(1) Object reducer) {
    Outcome outcome = JlamaHooks.mixtureForward(block, input, reducer);
    return outcome != null ? outcome : JlamaHooks.enterBlock(block, input);
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
