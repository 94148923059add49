/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import java.io.File;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** {@code ModelSupport.loadModel} with nine arguments: which folder a model came from. */
final class LoadModelAdvice {
  private LoadModelAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(
      @Advice.Origin Class<?> origin,
      @Advice.Argument(1) @Nullable File location,
      @Advice.Return(typing = Assigner.Typing.DYNAMIC) @Nullable Object model) {
    JlamaHooks.modelLoaded(origin, model, location);
  }
}
