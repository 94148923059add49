/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.KvTierContract;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what there is. */
final class ReadmeTest {
  private static final Path EXAMPLES = Path.of("src/test/java/io/terrace/spi/example");

  private static String section(String name) throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String begin = "<!-- " + name + ": begin -->\n";
    int from = readme.indexOf(begin) + begin.length();
    int to = readme.indexOf("<!-- " + name + ": end -->");
    assertThat(from).as(name).isGreaterThan(begin.length());
    assertThat(to).as(name).isGreaterThan(from);
    return readme.substring(from, to);
  }

  /** A source from its class's documentation on. */
  private static String shown(String file) throws IOException {
    String source = Files.readString(EXAMPLES.resolve(file));
    return "```java\n" + source.substring(source.indexOf("/** ")) + "```\n";
  }

  private static List<Integer> numbers(String text, String pattern) {
    Stream<MatchResult> found = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).results();
    return found.map(match -> Integer.valueOf(match.group(1))).toList();
  }

  @Test
  void examplesAreThoseThatAreTested() throws IOException {
    assertThat(section("example")).isEqualTo(shown("MapTier.java"));
    assertThat(section("provider")).isEqualTo(shown("FolderTierProvider.java"));
  }

  @Test
  void everyRuleOfTheContractIsInTheTable() throws IOException {
    List<Integer> tested =
        Arrays.stream(KvTierContract.class.getMethods())
            .map(Method::getName)
            .filter(name -> name.startsWith("rule_"))
            .map(name -> Integer.valueOf(name.substring(5, 8)))
            .sorted()
            .toList();
    assertThat(tested).doesNotHaveDuplicates().hasSizeGreaterThan(75);
    assertThat(numbers(section("rules"), "^\\| (\\d+) \\|")).isEqualTo(tested);
  }

  @Test
  void theLayoutHasNoGaps() throws IOException {
    String layout = section("layout");
    List<Integer> offsets = numbers(layout, "^\\| (\\d+) \\| \\d+ \\|");
    List<Integer> lengths = numbers(layout, "^\\| \\d+ \\| (\\d+) \\|");
    int end = 0;
    for (int i = 0; i < offsets.size(); i++) {
      assertThat(offsets.get(i)).as("field %d", i).isEqualTo(end);
      end += lengths.get(i);
    }
    assertThat(end).isEqualTo(ChunkHeader.BYTES);
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    List<String> links =
        Pattern.compile("\\]\\(([^)#]+)\\)")
            .matcher(readme)
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(links).hasSizeGreaterThan(4).allSatisfy(link -> assertThat(Path.of(link)).exists());
  }
}
