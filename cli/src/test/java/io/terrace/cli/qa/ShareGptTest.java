/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShareGptTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("sharegpt.json"), content.replace('\'', '"'));
  }

  private static String turn(String from, String value, int tokens) {
    return "{'from':'" + from + "','value':'" + value + "','num_tokens':" + tokens + ",'x':1}";
  }

  private static String entry(String... turns) {
    return "{'id':'a','conversations':[" + String.join(",", turns) + "]}";
  }

  @Test
  void usersAskWhatPeopleAskedFromTheFirstHumanTurnOn() throws IOException {
    String human =
        entry(
            turn("human", "q1", 5),
            turn("gpt", "a1", 7),
            turn("human", "q2", 5),
            turn("gpt", "a2", 700),
            turn("human", "q3", 5));
    String other =
        entry(
            turn("gpt", "hello", 1),
            turn("human", "p1", 5),
            turn("gpt", "b1", 9),
            turn("human", "p2", 5),
            turn("gpt", "b2", 0));
    String tooShort = entry(turn("human", "s1", 5), turn("gpt", "t1", 5));
    ShareGpt shareGpt = ShareGpt.read(file("[" + tooShort + "," + human + "," + other + "]"), 2);
    Script first = shareGpt.script(0, 100);
    assertThat(first.question(1)).isEqualTo("q1");
    assertThat(first.answerTokens(1)).isEqualTo(7);
    assertThat(first.question(2)).isEqualTo("q2");
    assertThat(first.answerTokens(2)).isEqualTo(100);
    Script second = shareGpt.script(1, 100);
    assertThat(second.question(1)).isEqualTo("p1");
    assertThat(second.answerTokens(1)).isEqualTo(9);
    assertThat(second.question(2)).isEqualTo("p2");
    assertThat(second.answerTokens(2)).as("at least one").isEqualTo(1);
    assertThat(shareGpt.script(2, 100).question(1)).as("taken again").isEqualTo("q1");
  }

  @Test
  void whatCannotBeUsedIsSaid() throws IOException {
    Path none = file("[" + entry(turn("human", "q1", 5), turn("gpt", "a1", 7)) + "]");
    assertThatThrownBy(() -> ShareGpt.read(none, 2))
        .hasMessage("none of its 1 conversations has more than 4 turns");
    Path broken = file("[{'conversations':3}]");
    assertThatThrownBy(() -> ShareGpt.read(broken, 2))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("it is no array of conversations: ");
    assertThatThrownBy(() -> ShareGpt.read(folder.resolve("absent"), 2))
        .isInstanceOf(IOException.class);
  }
}
