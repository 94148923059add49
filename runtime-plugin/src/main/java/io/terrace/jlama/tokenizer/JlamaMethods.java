/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.model.gemma.GemmaTokenizer;
import com.github.tjake.jlama.model.gpt2.GPT2Tokenizer;
import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Set;

/** The protected methods of Jlama's tokenizers that encoding calls. */
record JlamaMethods(MethodHandle preProcess, MethodHandle byteId, MethodHandle mergeText) {
  /** Only classes whose overriding methods were read; a subclass may override anything. */
  private static final Set<Class<?>> KNOWN =
      Set.of(LlamaTokenizer.class, GemmaTokenizer.class, GPT2Tokenizer.class);

  /**
   * Finds the methods.
   *
   * @throws ReflectiveOperationException with the reason if the class is not of a known shape
   */
  static JlamaMethods of(Class<?> type) throws ReflectiveOperationException {
    if (!KNOWN.contains(type)) {
      throw new ReflectiveOperationException(
          "only Jlama's Llama, Gemma and GPT-2 tokenizers are known");
    }
    for (String method : List.of("encode", "tokenize")) {
      Class<?> owner = type.getMethod(method, String.class).getDeclaringClass();
      if (owner != BPETokenizer.class) {
        throw new ReflectiveOperationException(
            method + "(String) is overridden by " + owner.getName());
      }
    }
    return new JlamaMethods(
        find("preProcess", String.class, String.class),
        find("encodeCharacterAsToken", long.class, byte.class),
        find("decodeInternal", String.class, long.class));
  }

  private static MethodHandle find(String name, Class<?> result, Class<?> argument)
      throws ReflectiveOperationException {
    return MethodHandles.privateLookupIn(BPETokenizer.class, MethodHandles.lookup())
        .findVirtual(BPETokenizer.class, name, MethodType.methodType(result, argument));
  }

  /** Normalises a piece the way the tokenizer's class does. */
  String preProcess(BPETokenizer tokenizer, String piece) {
    return (String) call(preProcess, tokenizer, piece);
  }

  /** The id that stands for one byte of a character that the vocabulary lacks. */
  long byteId(BPETokenizer tokenizer, byte value) {
    return (long) call(byteId, tokenizer, value);
  }

  /** The text by which merge rules know an id; "null" where Jlama has none, as it prints it. */
  String mergeText(BPETokenizer tokenizer, long id) {
    return String.valueOf(call(mergeText, tokenizer, id));
  }

  private static Object call(MethodHandle method, BPETokenizer tokenizer, Object argument) {
    try {
      return method.invoke(tokenizer, argument);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("Calling " + method + " of Jlama's tokenizer failed.", e);
    }
  }
}
