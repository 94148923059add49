/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A session id that is used again goes on after all tokens that were computed under it: prompts and
 * answers, without the last token of each, which was sampled and not computed.
 */
@ExtendWith(ReferenceResolver.class)
final class ContinuedSessionTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;
  private static final int STEPS = 9;
  private static final List<String> TURNS =
      List.of(
          "The boat went down the river at night. " + Prompts.text(1, 300),
          "Where did it go? ",
          "And who was in it? " + Prompts.text(2, 280));

  /** The answers of the turns under one id. */
  private static List<List<String>> continued(TestModel model, UUID session) {
    List<List<String>> answers = new ArrayList<>();
    int computed = 0;
    for (String turn : TURNS) {
      int prompt = model.tokens(turn).length;
      answers.add(model.generate(session, turn, computed + prompt + STEPS));
      computed += prompt + STEPS;
    }
    return answers;
  }

  /** The same answers, each computed at once from the tokens of all turns up to it. */
  private static List<List<String>> atOnce(TestModel model) {
    List<List<String>> answers = new ArrayList<>();
    int[] tokens = {};
    for (String turn : TURNS) {
      tokens = Prompts.concat(tokens, model.tokens(turn));
      List<Integer> answer = model.greedy(tokens, STEPS);
      answers.add(model.texts(answer));
      int[] computed = answer.stream().limit(STEPS).mapToInt(i -> i).toArray();
      tokens = Prompts.concat(tokens, computed);
    }
    return answers;
  }

  /** Jlama's network worker asks for it at every token. */
  @Test
  void theBufferOfASessionIsTheSameUntilItIsClosed() {
    UUID session = UUID.randomUUID();
    try (TestModel model = TestModel.load(KIND)) {
      KvBuffer first = model.buffer(session);
      model.pass(Prompts.tokens(70, 40), 0, first);
      assertThat(model.buffer(session)).isSameAs(first);
      first.close();
      try (KvBuffer second = model.buffer(session)) {
        assertThat(second).isNotSameAs(first);
        assertThat(model.buffer(session)).isSameAs(second);
      }
    }
  }

  @Test
  void goesOnAfterPromptAndAnswer(Reference reference) {
    List<List<String>> wanted = reference.call(models -> atOnce(models.get(KIND)));
    try (TestModel model = TestModel.load(KIND)) {
      long reused = Figures.get("ReusedTokens");
      assertThat(continued(model, UUID.randomUUID())).isEqualTo(wanted);
      assertThat(Figures.get("ReusedTokens")).isGreaterThan(reused + 600);
    }
  }

  @Test
  void goesOnWithoutReuse(Reference reference) {
    List<List<String>> wanted = reference.call(models -> atOnce(models.get(KIND)));
    List<List<String>> got =
        reference.call(models -> continued(models.get(KIND), UUID.randomUUID()));
    assertThat(got).isEqualTo(wanted);
  }

  @Test
  void goesOnAfterItsPagesWereEvicted(Reference reference) {
    List<List<String>> wanted = reference.call(models -> atOnce(models.get(KIND)));
    try (Child child = Child.start("terrace.pool.bytes=4MiB")) {
      String text = TURNS.getFirst();
      List<String> first =
          child.call(
              models -> {
                TestModel model = models.get(KIND);
                int total = model.tokens(text).length + STEPS;
                return model.generate(new UUID(1, 1), text, total);
              });
      assertThat(first).isEqualTo(wanted.getFirst());
      long evicted = child.call(models -> computeOthers(models.get(KIND)));
      assertThat(evicted).isGreaterThan(16);
      String next = TURNS.get(1);
      List<String> second =
          child.call(
              models -> {
                TestModel model = models.get(KIND);
                int before = model.tokens(text).length + STEPS;
                int total = before + model.tokens(next).length + STEPS;
                return model.generate(new UUID(1, 1), next, total);
              });
      assertThat(second).isEqualTo(wanted.get(1));
      long reused = child.call(models -> Figures.get("LastReusedTokens"));
      assertThat(reused).isZero();
    }
  }

  /**
   * Computes four times what the budget holds: naming chunks by content, in the background, puts
   * them in another order once, and twice as much would do without that.
   */
  private static long computeOthers(TestModel model) {
    for (int i = 0; i < 24; i++) {
      int[] other = Prompts.tokens(700 + i, 600);
      other[0] = 4 + i; // shares nothing, or it would be a use of what it shares
      model.pass(other);
    }
    return Figures.get("EvictedChunks");
  }

  @Test
  void beginsAnewWhereNothingIsRemembered(Reference reference) {
    try (Child child = Child.start("terrace.sessions.remembered=0")) {
      for (String turn : TURNS) {
        List<String> answer =
            child.call(
                models -> {
                  TestModel model = models.get(KIND);
                  int total = model.tokens(turn).length + STEPS;
                  return model.generate(new UUID(2, 2), turn, total);
                });
        assertThat(answer).isEqualTo(reference.generate(KIND, turn, STEPS));
      }
    }
  }

  @Test
  void theOldestIdIsForgottenFirst(Reference reference) {
    String text = TURNS.get(1);
    try (TestModel model = TestModel.load(KIND)) {
      int total = model.tokens(text).length + STEPS;
      List<String> fresh = reference.generate(KIND, text, STEPS);
      for (int i = 0; i < 65; i++) { // one more than are remembered
        assertThat(model.generate(new UUID(3, i), text, total)).isEqualTo(fresh);
      }
      assertThat(model.generate(new UUID(3, 0), text, total)).isEqualTo(fresh);
      assertThat(model.generate(new UUID(3, 64), text, 2 * total)).isNotEqualTo(fresh);
    }
  }
}
