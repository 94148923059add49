/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What prompts have in common is reused to the token, wherever it ends. */
@ExtendWith(ReferenceResolver.class)
@Tag("small")
final class SharedDocumentTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;
  private static final int CHUNK = Operations.CHUNK;

  @SuppressWarnings("NullAway.Init")
  private TestModel model;

  @BeforeEach
  void load() {
    model = TestModel.load(KIND);
  }

  @AfterEach
  void close() {
    model.close();
    assertThat(Figures.get("Failures")).isZero();
  }

  @Test
  void aNewQuestionBehindADocumentOfAnyLength(Reference reference) {
    for (int length : new int[] {1, 7, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK + 9, 3 * CHUNK + 17}) {
      int[] document = Prompts.tokens(100 + length, length);
      document[Math.min(1, length - 1)] = 5 + length % 400;
      for (int question = 0; question < 3; question++) {
        int[] prompt = Prompts.branch(document, length, 20 + question, question);
        check(prompt, question == 0 ? 0 : length, reference);
      }
    }
  }

  /** The first one of a length may share the first token, which every text has. */
  private void check(int[] prompt, int reused, Reference reference) {
    Pass got = model.pass(prompt);
    long last = Figures.get("LastReusedTokens");
    assertThat(got).isEqualTo(reference.pass(KIND, prompt));
    if (reused > 0) {
      assertThat(last).isEqualTo(reused);
    } else {
      assertThat(last).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void promptsThatDivergeInTheMiddleOfAChunk(Reference reference) {
    int[] first = Prompts.tokens(200, 3 * CHUNK);
    check(first, 0, reference);
    int middle = CHUNK + CHUNK / 3;
    int[] second = Prompts.branch(first, middle, CHUNK, 1);
    check(second, middle, reference);
    int[] third = Prompts.branch(second, middle + 5, CHUNK, 2);
    check(third, middle + 5, reference);
    int[] fourth = Prompts.branch(first, 2 * CHUNK + 1, 9, 3);
    check(fourth, 2 * CHUNK + 1, reference);
    check(first, first.length - 1, reference);
    check(second, second.length - 1, reference);
    check(third, third.length - 1, reference);
  }

  @Test
  void ofAllThatIsKnownTheLongestBeginningIsTaken(Reference reference) {
    Random random = new Random(600);
    List<int[]> known = new ArrayList<>();
    known.add(Prompts.tokens(600, 3 * CHUNK));
    check(known.getFirst(), 0, reference);
    for (int i = 0; i < 40; i++) {
      int[] base = known.get(random.nextInt(known.size()));
      int shared = 1 + random.nextInt(base.length);
      int[] prompt = Prompts.branch(base, shared, 1 + random.nextInt(CHUNK), 600 + i);
      int longest = known.stream().mapToInt(each -> sharedTokens(each, prompt)).max().orElseThrow();
      check(prompt, Math.min(longest, prompt.length - 1), reference);
      known.add(prompt);
    }
  }

  private static int sharedTokens(int[] first, int[] second) {
    int mismatch = Arrays.mismatch(first, second);
    return mismatch < 0 ? first.length : mismatch;
  }

  @Test
  void aPromptThatBeginsAKnownOne(Reference reference) {
    int[] known = Prompts.tokens(300, 2 * CHUNK + 10);
    check(known, 0, reference);
    for (int length : new int[] {2, 3, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, known.length - 1}) {
      check(Arrays.copyOf(known, length), length - 1, reference);
    }
  }

  @Test
  void oneTokenIsComputedAndNotLookedUp(Reference reference) {
    int[] prompt = {0};
    check(prompt, 0, reference);
    check(prompt, 0, reference);
    assertThat(Figures.get("LastReusedTokens")).isZero();
  }

  @Test
  void answersAreReusedInTheNextTurn(Reference reference) {
    int[] conversation = Prompts.tokens(400, CHUNK - 3);
    for (int turn = 0; turn < 4; turn++) {
      int steps = 20 + turn;
      List<Integer> answer = model.greedy(conversation, steps);
      assertThat(answer).isEqualTo(reference.greedy(KIND, conversation, steps));
      int known = conversation.length + steps;
      int[] question = Arrays.copyOfRange(Prompts.tokens(500 + turn, 12), 1, 12);
      conversation =
          Prompts.concat(conversation, answer.stream().mapToInt(i -> i).toArray(), question);
      // The last token of an answer was sampled and not computed.
      check(conversation, known, reference);
    }
  }

  @Test
  void wholeConversationsAsHostsSendThem(Reference reference) {
    StringBuilder conversation = new StringBuilder("Tell me of the river and the boat. ");
    long knownTokens = 0;
    for (int turn = 0; turn < 4; turn++) {
      String prompt = conversation + "And what did they see in turn " + turn + "? ";
      List<String> answer = model.generate(prompt, 24);
      assertThat(Figures.get("LastPromptTokens")).isEqualTo(model.tokens(prompt).length);
      assertThat(Figures.get("LastReusedTokens")).isGreaterThanOrEqualTo(knownTokens);
      assertThat(answer).isEqualTo(reference.generate(KIND, prompt, 24));
      conversation.setLength(0);
      conversation.append(prompt).append(String.join("", answer)).append(' ');
      // Words at the seam may be cut into other tokens than before.
      knownTokens = model.tokens(prompt).length - 4L;
    }
  }
}
