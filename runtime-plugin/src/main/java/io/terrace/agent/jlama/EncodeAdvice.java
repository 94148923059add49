/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** {@code BPETokenizer.encode(String)}: the same tokens, without its quadratic loop. */
final class EncodeAdvice {
  private EncodeAdvice() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
  static long @Nullable [] enter(
      @Advice.Origin Class<?> origin,
      @Advice.This Object tokenizer,
      @Advice.Argument(0) String text) {
    return JlamaHooks.encode(origin, tokenizer, text);
  }

  @Advice.OnMethodExit
  static void exit(
      @Advice.Enter long @Nullable [] ours,
      @Advice.Return(readOnly = false) long @Nullable [] returned) {
    if (ours != null) {
      returned = ours;
    }
  }
}
