/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** {@code AbstractModel.forward(int, int, KvBuffer, Optional)}: decode steps. */
final class ForwardAdvice {
  private ForwardAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static @Nullable Object enter(
      @Advice.Origin Class<?> origin,
      @Advice.This Object model,
      @Advice.Argument(0) int token,
      @Advice.Argument(1) int position,
      @Advice.Argument(2) Object kvBuffer,
      @Advice.Argument(3) Object reducer) {
    return JlamaHooks.beforeForward(origin, model, token, position, kvBuffer, reducer);
  }

  @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
  static void exit(
      @Advice.Origin Class<?> origin,
      @Advice.Enter @Nullable Object pass,
      @Advice.Thrown @Nullable Throwable thrown) {
    JlamaHooks.afterForward(origin, pass, thrown);
  }
}
