/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** The ids of random texts are those of Jlama's own method, for random small tokenizers. */
final class FastBpePropertyTest {
  @Property(tries = 2500)
  void sameIdsAsJlama(
      @ForAll("specs") TokenizerSpec spec, @ForAll("prompts") List<String> prompts) {
    BPETokenizer jlama = spec.load();
    FastBpe fast = Objects.requireNonNull(FastBpe.of(jlama));
    int merged = 0;
    for (String prompt : prompts) {
      String expected = outcome(() -> jlama.encode(prompt));
      assertThat(outcome(() -> fast.encode(prompt))).as("first time").isEqualTo(expected);
      assertThat(outcome(() -> fast.encode(prompt))).as("from memo").isEqualTo(expected);
      merged += expected.split(",", -1).length < prompt.length() ? 1 : 0;
    }
    Statistics.label("kind").collect(spec.kind(), spec.preTokenization());
    Statistics.label("shorter than text").collect(merged > prompts.size() / 2);
  }

  @Provide
  Arbitrary<TokenizerSpec> specs() {
    return TokenizerSpecs.specs();
  }

  @Provide
  Arbitrary<List<String>> prompts() {
    return TokenizerSpecs.prompts().list().ofSize(8);
  }

  /**
   * What an encoding returns, or that it fails: Jlama fails on an unknown token it does not have.
   */
  private static String outcome(Supplier<long[]> encode) {
    try {
      return Arrays.toString(encode.get());
    } catch (RuntimeException e) {
      return "fails";
    }
  }
}
