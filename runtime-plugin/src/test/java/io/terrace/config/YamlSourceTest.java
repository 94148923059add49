/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.config.Origin;
import io.terrace.spi.config.RawSetting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class YamlSourceTest {
  private final List<String> problems = new ArrayList<>();

  private List<RawSetting> read(String text) {
    return YamlSource.read(text, "t.yaml", problems::add);
  }

  private static Origin line(int line) {
    return Origin.ofFile("t.yaml", line);
  }

  @Test
  void flattensMapsAndKeepsLines() {
    assertThat(read("# top\na: 1\nb:\n  c: x y\n  d: {e: 'q', f: [1, \"2\"]}\ng.h: 0x1F\n"))
        .containsExactly(
            RawSetting.text("a", "1", line(2)),
            RawSetting.text("b.c", "x y", line(4)),
            RawSetting.text("b.d.e", "q", line(5)),
            RawSetting.list("b.d.f", List.of("1", "2"), line(5)),
            RawSetting.text("g.h", "0x1F", line(6)));
    assertThat(problems).isEmpty();
  }

  @Test
  void keepsKeysWithNothingBehindThem() {
    assertThat(read("a:\nb: ~\nc: null\nd: {}\ne: []\nf: ''\ng: 'null'"))
        .containsExactly(
            RawSetting.nothing("a", line(1)),
            RawSetting.nothing("b", line(2)),
            RawSetting.nothing("c", line(3)),
            RawSetting.nothing("d", line(4)),
            RawSetting.list("e", List.of(), line(5)),
            RawSetting.text("f", "", line(6)),
            RawSetting.text("g", "null", line(7)));
    assertThat(read("")).isEmpty();
    assertThat(read("---\n# only a comment\n")).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void refusesKeysThatAreSetTwice() {
    read("a: 1\nb:\n  c: 1\n  c: 2\nb.c: 3\na: 1\nb: {d: 1}");
    assertThat(problems)
        .containsExactly(
            "t.yaml:4: 'b.c' was set before, on line 3",
            "t.yaml:5: 'b.c' was set before, on line 3",
            "t.yaml:6: 'a' was set before, on line 1",
            "t.yaml:7: 'b' was set before, on line 2");
  }

  @Test
  void saysWhereTextIsNotYaml() {
    read("a: 1\nb: [1, 2\nc: 3\n");
    read("a: 1\n\tb: 2\n");
    read("a: b: c\n");
    read("a: 'open\n\n");
    read("a: *nowhere\n");
    read("---\na: 1\n---\na: 2\n");
    read("a: 1\nb: \u0007\n");
    assertThat(problems)
        .hasSize(7)
        .allMatch(problem -> problem.matches("t\\.yaml:[0-9]+: not YAML: [^\n]+"), "one line");
    assertThat(problems.get(0)).startsWith("t.yaml:3: ");
    assertThat(problems.get(1)).startsWith("t.yaml:2: ");
    assertThat(problems.get(2)).startsWith("t.yaml:1: ");
    assertThat(problems.get(5)).startsWith("t.yaml:3: ");
    assertThat(problems.get(6)).isEqualTo("t.yaml:2: not YAML: a character that is not printable");
  }

  @Test
  void quotesNothingOfABrokenLine() {
    read("secret: hunter2 hunter2: hunter2\n");
    read("secret: \"hunter2 \\q\"\n");
    assertThat(problems).hasSize(2).noneMatch(problem -> problem.contains("hunter2"));
  }

  @Test
  void refusesOtherShapes() {
    read("[a, b]");
    read("text");
    read("? [a]\n: 1\n");
    read("~: 1\n");
    read("a:\n- 1\n- [2]\n- {b: 3}\n-\n");
    assertThat(problems)
        .containsExactly(
            "t.yaml:1: wanted a map of keys, such as 'enabled: true'",
            "t.yaml:1: wanted a map of keys, such as 'enabled: true'",
            "t.yaml:1: a key must be a plain text",
            "t.yaml:1: a key must be a plain text",
            "t.yaml:3: an entry of 'a' is not a plain text",
            "t.yaml:4: an entry of 'a' is not a plain text",
            "t.yaml:5: an entry of 'a' is not a plain text");
  }

  @Test
  void endsOnTextsThatRefersToItself() {
    read("a: &x\n  b: *x\n");
    read("a: &y {b: 1}\nc: *y\n");
    read("a: " + "[".repeat(300_000));
    assertThat(problems)
        .containsExactly(
            "t.yaml:2: 'a.b' is an alias of a map or list: write it out",
            "t.yaml:2: 'c' is an alias of a map or list: write it out",
            "t.yaml: nested too deeply, wanted sections a few levels deep");
    assertThat(read("a: &z 7\nb: *z\n"))
        .containsExactly(RawSetting.text("a", "7", line(1)), RawSetting.text("b", "7", line(2)));
  }
}
