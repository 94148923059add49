/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.sample.BytePairs.Merge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class BytePairsTest {

  @Test
  void heaviestPairFirstAndTiesToTheSmallerSymbols() {
    BytePairs pairs = new BytePairs();
    pairs.add("abab", 1);
    pairs.add("cd", 2);
    pairs.add("aaa", 1);
    assertThat(pairs.learn(9))
        .containsExactly(
            new Merge('a', 'a'),
            new Merge('a', 'b'),
            new Merge('c', 'd'),
            new Merge(256, 'a'),
            new Merge(257, 257));
  }

  @Test
  void equalsCountingAnewForEachMerge() {
    Random random = new Random(7);
    for (int trial = 0; trial < 20; trial++) {
      BytePairs pairs = new BytePairs();
      List<List<Integer>> words = new ArrayList<>();
      List<Long> weights = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int[] letters = random.ints(1 + random.nextInt(9), 'a', 'e').toArray();
        long weight = 1L + random.nextInt(5);
        pairs.add(new String(letters, 0, letters.length), weight);
        words.add(Arrays.stream(letters).boxed().toList());
        weights.add(weight);
      }
      assertThat(pairs.learn(25)).isEqualTo(learnSlowly(words, weights, 25));
    }
  }

  private static List<Merge> learnSlowly(
      List<List<Integer>> words, List<Long> weights, int wanted) {
    List<Merge> merges = new ArrayList<>();
    while (merges.size() < wanted) {
      Map<Merge, Long> counts =
          new TreeMap<>(Comparator.comparingInt(Merge::left).thenComparingInt(Merge::right));
      for (int w = 0; w < words.size(); w++) {
        List<Integer> word = words.get(w);
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(new Merge(word.get(i), word.get(i + 1)), weights.get(w), Long::sum);
        }
      }
      if (counts.isEmpty()) {
        break;
      }
      long heaviest = counts.values().stream().max(Long::compare).orElseThrow();
      Merge best =
          counts.keySet().stream()
              .filter(m -> counts.getOrDefault(m, 0L) == heaviest)
              .findFirst()
              .orElseThrow();
      int symbol = 256 + merges.size();
      merges.add(best);
      words.replaceAll(word -> replace(word, best, symbol));
    }
    return merges;
  }

  private static List<Integer> replace(List<Integer> word, Merge merge, int symbol) {
    List<Integer> result = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      boolean pair =
          i + 1 < word.size() && word.get(i) == merge.left() && word.get(i + 1) == merge.right();
      result.add(pair ? symbol : word.get(i));
      i += pair ? 1 : 0;
    }
    return result;
  }
}
