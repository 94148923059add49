/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StopFilterTest {
  @Test
  void withoutStopsAllPassesAtOnce() {
    StopFilter filter = new StopFilter(List.of());
    assertThat(filter.append("abc")).isEqualTo("abc");
    assertThat(filter.finish()).isEmpty();
    assertThat(filter.isFound()).isFalse();
  }

  @Test
  void aStopThatTokensCutIsFoundAndNothingOfItPasses() {
    StopFilter filter = new StopFilter(List.of("\nUser:"));
    assertThat(filter.append("Yes.\nUs")).isEqualTo("Yes.");
    assertThat(filter.append("er")).isEmpty();
    assertThat(filter.isFound()).isFalse();
    assertThat(filter.append(": and")).isEmpty();
    assertThat(filter.isFound()).isTrue();
    assertThat(filter.append("more")).isEmpty();
    assertThat(filter.finish()).isEmpty();
  }

  @Test
  void whatOnlyLookedLikeOnePasses() {
    StopFilter filter = new StopFilter(List.of("STOP"));
    assertThat(filter.append("a ST")).isEqualTo("a ");
    assertThat(filter.append("AR")).isEqualTo("STAR");
    assertThat(filter.append(" S")).isEqualTo(" ");
    assertThat(filter.finish()).isEqualTo("S");
  }

  @Test
  void theFirstOfSeveralCounts() {
    StopFilter filter = new StopFilter(List.of("later", "ea"));
    assertThat(filter.append("there is early later")).isEqualTo("there is ");
    assertThat(filter.isFound()).isTrue();
    StopFilter within = new StopFilter(List.of("abcd", "bc"));
    assertThat(within.append("xabcd")).as("the one that is complete first").isEqualTo("xa");
  }

  @Test
  void howTheTextIsCutMakesNoDifference() {
    Random random = new Random(1);
    for (int run = 0; run < 2_000; run++) {
      String text = letters(random, 20);
      List<String> stops = List.of(letters(random, 1 + random.nextInt(4)), letters(random, 2));
      assertThat(cut(random, text, new StopFilter(stops)))
          .as("%s with %s, run %d", text, stops, run)
          .isEqualTo(wanted(text, stops));
    }
  }

  /** By looking at each longer beginning of the text, until one ends with a stop. */
  private static String wanted(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String seen = text.substring(0, end);
      int longest = stops.stream().filter(seen::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return text.substring(0, end - longest);
      }
    }
    return text;
  }

  private static String cut(Random random, String text, StopFilter filter) {
    StringBuilder passed = new StringBuilder();
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + 1 + random.nextInt(5));
      passed.append(filter.append(text.substring(from, to)));
      from = to;
    }
    return passed.append(filter.finish()).toString();
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }
}
