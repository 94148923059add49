/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WordWrapTest {
  @Test
  void linesBreakAtBlanksAndAreIndented() {
    assertThat(WordWrap.wrap("ok  ", "one two three four five six", 4, 28))
        .containsExactly("ok  one two three four five", "    six");
  }

  @Test
  void aLongWordStaysWholeAndLineFeedsStay() {
    String path = "/a/rather/long/path/to/some/file";
    assertThat(WordWrap.wrap("", "see " + path + "\nand more", 2, 26))
        .containsExactly("see", "  " + path, "  and more");
  }

  @Test
  void sizesHaveTheUnitThatFits() {
    assertThat(Messages.size(0)).isEqualTo("0 B");
    assertThat(Messages.size(1023)).isEqualTo("1023 B");
    assertThat(Messages.size(1536)).isEqualTo("1.5 KiB");
    assertThat(Messages.size(11L << 20)).isEqualTo("11.0 MiB");
    assertThat(Messages.size(2048L << 40)).isEqualTo("2,048.0 TiB");
  }
}
