/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A prompt whose first tokens are reused is computed to the same logits and the same KV as without,
 * bit for bit, wherever the cut lies.
 */
@ExtendWith(ReferenceResolver.class)
@Tag("small")
final class EveryCutTest {
  /** Batches for every kind of tile of a matrix product: one token, few, whole and broken tiles. */
  private static final int[] NEW_TOKENS = {1, 2, 5, 6, 7, 11, 16, 33};

  /** Two chunks and a part of the third. */
  private static final int LENGTH = 2 * Operations.CHUNK + Operations.CHUNK / 3;

  /** Every cut of small chunks; of large ones, those on and about their ends, and some between. */
  private static IntStream cuts() {
    int chunk = Operations.CHUNK;
    return chunk <= 32
        ? IntStream.rangeClosed(1, LENGTH)
        : IntStream.of(
            1,
            2,
            6,
            100,
            chunk - 1,
            chunk,
            chunk + 1,
            300,
            2 * chunk - 1,
            2 * chunk,
            2 * chunk + 1,
            LENGTH);
  }

  @ParameterizedTest
  @EnumSource
  void logitsAndKvAreThoseWithoutReuse(Kind kind, Reference reference) {
    assumeTrue(
        kind.runsNatively(),
        kind + ": native operations write F32 into BF16 memory, which ends the JVM");
    try (TestModel model = TestModel.load(kind)) {
      assertThat(model.quantisation()).as("in force").isEqualTo(kind.quantisation());
      int[] known = Prompts.tokens(1, LENGTH);
      assertThat(model.pass(known)).as("cold").isEqualTo(reference.pass(kind, known));
      cuts().forEach(cut -> compareAt(cut, known, kind, model, reference));
    }
  }

  private static void compareAt(
      int cut, int[] known, Kind kind, TestModel model, Reference reference) {
    int more = NEW_TOKENS[cut % NEW_TOKENS.length];
    int[] prompt = Prompts.branch(known, cut, more, cut);
    Pass got = model.pass(prompt);
    String what = kind + ", " + cut + " of " + prompt.length + " tokens reused";
    assertThat(Figures.get("LastReusedTokens")).as(what).isEqualTo(cut);
    assertThat(got).as(what).isEqualTo(reference.pass(kind, prompt));
  }

  @ParameterizedTest
  @EnumSource
  void kvOfAnswersIsThatOfPrompts(Kind kind, Reference reference) {
    assumeTrue(
        kind.runsNatively(),
        kind + ": native operations write F32 into BF16 memory, which ends the JVM");
    int steps = Operations.CHUNK / 2;
    int[] prompt = Prompts.tokens(2, Operations.CHUNK - steps / 2);
    try (TestModel model = TestModel.load(kind)) {
      List<Integer> answer = model.greedy(prompt, steps);
      assertThat(answer).isEqualTo(reference.greedy(kind, prompt, steps));
      int[] both = Prompts.concat(prompt, answer.stream().mapToInt(i -> i).toArray());
      Pass got = model.pass(Prompts.branch(both, both.length, 7, 3));
      assertThat(Figures.get("LastReusedTokens")).isEqualTo(prompt.length + steps);
      assertThat(got).isEqualTo(reference.pass(kind, Prompts.branch(both, both.length, 7, 3)));
    }
  }
}
