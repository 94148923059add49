/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.cli.JlamaProgram.Rendered;
import io.terrace.cli.PromptCutter.Prompts;
import org.junit.jupiter.api.Test;

final class PromptCutterTest {
  private static final Document TEXT =
      new Document("text", "The quick brown fox jumps over the lazy dog. ".repeat(20));

  @Test
  void aPromptHasExactlyTheWantedTokens() {
    PromptCutter bytes = new PromptCutter(TEXT, PromptCutterTest::oneTokenACharacter);
    PromptCutter words = new PromptCutter(TEXT, PromptCutterTest::wordsAndPieces);
    for (int tokens = 128; tokens < 700; tokens++) {
      assertThat(bytes.cut(tokens).first().tokens()).isEqualTo(tokens);
      assertThat(words.cut(tokens).first().tokens()).isEqualTo(tokens);
    }
  }

  @Test
  void anExactFitIsFoundBesideAJumpOfTheCount() {
    // Every other character brings two tokens, the next one merges two into one: 0 2 1 3 2 4 3 5
    PromptCutter jumping =
        new PromptCutter(
            TEXT,
            text -> {
              int chars = text.length();
              return new Rendered(text, chars % 2 == 0 ? chars / 2 : (chars + 3) / 2);
            });
    for (int tokens = 128; tokens < 400; tokens++) {
      assertThat(jumping.cut(tokens).first().tokens()).isEqualTo(tokens);
    }
  }

  @Test
  void whereNoCutFitsThePromptIsTheNextShorterOne() {
    PromptCutter pairs = new PromptCutter(TEXT, text -> new Rendered(text, 2 * text.length()));
    assertThat(pairs.cut(301).first().tokens()).isEqualTo(300);
  }

  @Test
  void everyPromptHasTheSameDocumentAndAnotherQuestion() {
    Prompts prompts = new PromptCutter(TEXT, PromptCutterTest::oneTokenACharacter).cut(500);
    String document = prompts.first().prompt().replace(Questions.FIRST, "");
    assertThat(prompts.repeated()).isFalse();
    assertThat(prompts.others()).hasSize(Questions.NEW_QUESTIONS).doesNotHaveDuplicates();
    assertThat(prompts.others())
        .allSatisfy(other -> assertThat(other.prompt()).startsWith(document + "\n\nQuestion: "));
  }

  @Test
  void aShortDocumentIsRepeatedAndThatIsKnown() {
    Document shortOne = new Document("short", "Ten chars.");
    Prompts prompts = new PromptCutter(shortOne, PromptCutterTest::oneTokenACharacter).cut(300);
    assertThat(prompts.repeated()).isTrue();
    assertThat(prompts.first().tokens()).isEqualTo(300);
    assertThat(prompts.first().prompt()).startsWith("Ten chars.Ten chars.");
  }

  @Test
  void noCharacterIsCutInHalf() {
    Document faces = new Document("faces", "\uD83D\uDE00\uD83D\uDE01");
    for (int chars = 0; chars < 12; chars++) {
      String prefix = faces.prefix(chars);
      assertThat(prefix.length() % 2).isZero();
      assertThat(prefix.length()).isBetween(chars - 1, chars);
    }
  }

  @Test
  void theDefaultDocumentIsWhatTheRepositoryHolds() {
    assertThat(Document.load(null).text()).contains("Apache License", "# Terrace");
  }

  private static Rendered oneTokenACharacter(String text) {
    return new Rendered(text, text.length());
  }

  /** As a real vocabulary: whole words are one token, pieces of one are several. */
  private static Rendered wordsAndPieces(String text) {
    int tokens = 1;
    for (String word : text.split(" ", -1)) {
      tokens += TEXT.text().contains(" " + word + " ") ? 1 : word.length();
    }
    return new Rendered(text, tokens);
  }
}
