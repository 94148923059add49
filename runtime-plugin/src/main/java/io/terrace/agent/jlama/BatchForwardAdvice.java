/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** {@code AbstractModel.batchForward(int[], int, KvBuffer, Optional)}: the loop over batches. */
final class BatchForwardAdvice {
  private BatchForwardAdvice() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
  static @Nullable Object enter(
      @Advice.Origin Class<?> origin,
      @Advice.This Object model,
      @Advice.Argument(0) int[] tokens,
      @Advice.Argument(1) int start,
      @Advice.Argument(2) Object kvBuffer,
      @Advice.Argument(3) Object reducer) {
    return JlamaHooks.batchForward(origin, model, tokens, start, kvBuffer, reducer);
  }

  @Advice.OnMethodExit
  static void exit(
      @Advice.Enter @Nullable Object outcome,
      @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC)
          @Nullable Object returned) {
    if (outcome != null) {
      returned = ((Outcome) outcome).get();
    }
  }
}
