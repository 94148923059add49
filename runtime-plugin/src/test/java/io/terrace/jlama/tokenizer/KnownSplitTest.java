/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.EnumSource.Mode.INCLUDE;

import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel.PreTokenizer;
import io.terrace.jlama.tokenizer.TokenizerSpec.PreTokenization;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Splitting by hand gives the pieces that Jlama's regular expressions give. */
final class KnownSplitTest {
  /** One or two of each kind that some pattern tells apart. */
  private static final String KINDS =
      "aZsTl' \t\r\n\u000b7\u0664.-\u00a0\u0085\u00e9\u017f\u212a\u0301";

  @ParameterizedTest
  @EnumSource(
      value = PreTokenization.class,
      names = {"SMOL_LM2", "LLAMA_3", "QWEN_2"},
      mode = INCLUDE)
  void everyCharacterBesideEveryKind(PreTokenization preTokenization) {
    PreTokenizer jlama = preTokenizer(preTokenization);
    KnownSplit split = Objects.requireNonNull(KnownSplit.of(jlama));
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      String text =
          "a" + c + "b " + c + " '" + c + "'" + c + "\n" + c + c + "7" + c + "\n " + c + "  ";
      List<String> pieces = split.split(text);
      if (Character.isSurrogate(c)) {
        assertThat(pieces).isNull();
      } else {
        assertThat(pieces).as("U+%04X", (int) c).isEqualTo(jlama.pretokenize(text));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PreTokenization.class,
      names = {"SMOL_LM2", "LLAMA_3", "QWEN_2"},
      mode = INCLUDE)
  void allShortTextsAndRandomLongOnes(PreTokenization preTokenization) {
    PreTokenizer jlama = preTokenizer(preTokenization);
    KnownSplit split = Objects.requireNonNull(KnownSplit.of(jlama));
    for (String text : texts()) {
      assertThat(split.split(text)).as(text).isEqualTo(jlama.pretokenize(text));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PreTokenization.class,
      names = {"BYTE_LEVEL", "DIGITS", "LLAMA_3_VARIED", "META_SPACE_FIRST"},
      mode = INCLUDE)
  void otherPatternsAreLeftToJlama(PreTokenization preTokenization) {
    assertThat(KnownSplit.of(preTokenizer(preTokenization))).isNull();
  }

  @Test
  void contractionsFoldAsciiOnlyWherePatternSaysSo() {
    KnownSplit llama = Objects.requireNonNull(KnownSplit.of(preTokenizer(PreTokenization.LLAMA_3)));
    KnownSplit smol = Objects.requireNonNull(KnownSplit.of(preTokenizer(PreTokenization.SMOL_LM2)));
    assertThat(llama.split("I'Mx'\u017f")).containsExactly("I", "'M", "x", "'\u017f");
    assertThat(smol.split("I'Mx'm")).containsExactly("I", "'", "Mx", "'m");
  }

  private static List<String> texts() {
    List<String> texts = new ArrayList<>();
    List<String> longest = List.of("");
    for (int length = 1; length <= 3; length++) {
      List<String> longer = new ArrayList<>();
      for (String text : longest) {
        KINDS.chars().forEach(c -> longer.add(text + (char) c));
      }
      texts.addAll(longer);
      longest = longer;
    }
    Random random = new Random(24);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = 4 + random.nextInt(12); length > 0; length--) {
        text.append(KINDS.charAt(random.nextInt(KINDS.length())));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static PreTokenizer preTokenizer(PreTokenization preTokenization) {
    return TokenizerSpec.small().with(preTokenization).load().getModel().preTokenizer();
  }
}
