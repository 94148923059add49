/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import java.util.UUID;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** {@code KvBufferCache.getKvBuffer(UUID)}: our buffer instead of one of files. */
final class GetKvBufferAdvice {
  private GetKvBufferAdvice() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
  static @Nullable Object enter(@Advice.This Object cache, @Advice.Argument(0) UUID session) {
    return JlamaHooks.kvBuffer(cache, session);
  }

  @Advice.OnMethodExit
  static void exit(
      @Advice.Enter @Nullable Object ours,
      @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC)
          @Nullable Object returned) {
    if (ours != null) {
      returned = ours;
    }
  }
}
