/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;

/** {@code KvBufferCache.close()}: the model's sessions end. */
final class CloseCacheAdvice {
  private CloseCacheAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(@Advice.This Object cache) {
    JlamaHooks.cacheClosed(cache);
  }
}
