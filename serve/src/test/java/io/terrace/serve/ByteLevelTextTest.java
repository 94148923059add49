/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ByteLevelTextTest {
  private static final String TEXT = "naïve 漢字 👩‍🚀 end";

  @Test
  void asciiStaysAsItIs() {
    ByteLevelText text = new ByteLevelText();
    assertThat(ByteLevelText.forJlama("Hello, {}\n", null)).isEqualTo("Hello, {}\n");
    assertThat(text.append("Hello, {}\n") + text.finish()).isEqualTo("Hello, {}\n");
  }

  @Test
  void charactersThatTokensCutComeWhole() {
    String bytes = new String(TEXT.getBytes(UTF_8), ISO_8859_1);
    ByteLevelText text = new ByteLevelText();
    StringBuilder whole = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      String more = text.append(bytes.substring(i, i + 1));
      assertThat(more).doesNotContain("\uFFFD");
      assertThat(more.length()).as("a character, or none yet").isLessThanOrEqualTo(2);
      whole.append(more);
    }
    assertThat(whole + text.finish()).isEqualTo(TEXT);
  }

  @Test
  void aCharacterThatIsNeverEndedIsShownAsBroken() {
    ByteLevelText text = new ByteLevelText();
    assertThat(text.append("a\u00E6\u00BC")).isEqualTo("a");
    assertThat(text.finish()).isEqualTo("\uFFFD");
  }

  @Test
  void aTokenThatIsWrittenAsItIsPasses() {
    ByteLevelText text = new ByteLevelText();
    assertThat(text.append("<｜end｜>")).isEqualTo("<｜end｜>");
  }

  @Test
  void promptsGoInAsBytesButForTheTokensThatAreLookedFor() {
    Pattern added = Pattern.compile(Pattern.quote("<｜end｜>"));
    String read = ByteLevelText.forJlama("é<｜end｜>é", added);
    assertThat(read).isEqualTo("\u00C3\u00A9<｜end｜>\u00C3\u00A9");
    assertThat(ByteLevelText.forJlama("é", added)).isEqualTo("\u00C3\u00A9");
  }
}
