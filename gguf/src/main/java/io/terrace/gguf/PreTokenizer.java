/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How text is cut into words before bytes are merged: the regular expressions behind the names in
 * {@code tokenizer.ggml.pre} (llama.cpp, src/llama-vocab.cpp), as the models' own tokenizer.json
 * have them.
 */
enum PreTokenizer {
  GPT2("gpt-2", false, Words.GPT2, false),
  /** Digits stand alone. */
  SMOLLM("smollm starcoder refact", true, Words.GPT2, false),
  /** At most three digits together; a word that is a token is not merged from bytes. */
  LLAMA3("llama-bpe llama3 llama-v3", false, Words.withDigits("{1,3}"), true),
  QWEN2("qwen2", false, Words.withDigits(""), false);

  /** The longer expressions. */
  private static final class Words {
    static final String GPT2 =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    static String withDigits(String count) {
      return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + count
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }
  }

  private static final String DIGIT = "\\p{N}";

  private final String names;
  private final boolean digitsAlone;
  private final String words;
  private final boolean ignoresMerges;

  /**
   * @param names of llama.cpp, with spaces between
   * @param digitsAlone whether each digit is cut off before words are
   */
  PreTokenizer(String names, boolean digitsAlone, String words, boolean ignoresMerges) {
    this.names = names;
    this.digitsAlone = digitsAlone;
    this.words = words;
    this.ignoresMerges = ignoresMerges;
  }

  static PreTokenizer named(String field, String name) throws GgufException {
    for (PreTokenizer preTokenizer : values()) {
      if (List.of(preTokenizer.names.split(" ")).contains(name)) {
        return preTokenizer;
      }
    }
    throw new GgufException(
        (field + " is " + name + "; known are ")
            + Arrays.stream(values())
                .map(known -> known.names.replace(" ", ", "))
                .collect(Collectors.joining(", ")));
  }

  /** Each cuts what the one before left; what a match leaves out is a piece, too. */
  List<String> splits() {
    return digitsAlone ? List.of(DIGIT, words) : List.of(words);
  }

  boolean ignoresMerges() {
    return ignoresMerges;
  }
}
