/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What fails in the application or in Jlama, in the middle of a request, leaves nothing wrong. */
@ExtendWith(ReferenceResolver.class)
final class FailureTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;
  private static final int STEPS = 12;
  private static final String PROMPT = "The boat went down the river. " + Prompts.text(1, 260);
  private static final String NEXT = "Where did it go? ";

  @SuppressWarnings("NullAway.Init")
  private TestModel model;

  private static final class Cancelled extends Error {
    private static final long serialVersionUID = 1;
  }

  @BeforeEach
  void load() {
    model = TestModel.load(KIND);
  }

  @AfterEach
  void close() {
    model.close();
    assertThat(Figures.get("Failures")).isZero();
    assertThat(Figures.get("PagesInUse")).isEqualTo(Figures.get("Chunks"));
  }

  @Test
  void anErrorOfTheCallbackEndsTheAnswerAndNothingElse(Reference reference) {
    UUID session = UUID.randomUUID();
    int prompt = model.tokens(PROMPT).length;
    AtomicInteger told = new AtomicInteger();
    assertThatThrownBy(
            () ->
                model.generate(
                    session,
                    PROMPT,
                    prompt + STEPS,
                    (text, time) -> {
                      if (told.incrementAndGet() == 5) {
                        throw new Cancelled();
                      }
                    }))
        .isExactlyInstanceOf(Cancelled.class);
    // The fifth token was sampled and not computed: four are, and the session goes on behind them.
    assertThat(model.generate(session, NEXT, prompt + 4 + model.tokens(NEXT).length + STEPS))
        .isEqualTo(behind(reference, 4));
    assertThat(model.generate(PROMPT, STEPS)).isEqualTo(reference.generate(KIND, PROMPT, STEPS));
    assertThat(Figures.get("LastReusedTokens")).isEqualTo(prompt - 1);
  }

  private List<String> behind(Reference reference, int steps) {
    int[] answer =
        reference.greedy(KIND, model.tokens(PROMPT), steps).stream()
            .limit(steps)
            .mapToInt(i -> i)
            .toArray();
    int[] all = Prompts.concat(model.tokens(PROMPT), answer, model.tokens(NEXT));
    return model.texts(reference.greedy(KIND, all, STEPS));
  }

  @Test
  void anExceptionOfTheCallbackIsJlamasAffair(Reference reference) {
    UUID session = UUID.randomUUID();
    int prompt = model.tokens(PROMPT).length;
    model.generate(
        session,
        PROMPT,
        prompt + STEPS,
        (text, time) -> {
          throw new IllegalStateException("thrown by the application, on purpose");
        });
    assertThat(model.generate(session, NEXT, prompt + STEPS + model.tokens(NEXT).length + STEPS))
        .isEqualTo(behind(reference, STEPS));
    assertThat(model.generate(PROMPT, STEPS)).isEqualTo(reference.generate(KIND, PROMPT, STEPS));
  }

  @Test
  void anErrorAtTheFirstToken(Reference reference) {
    UUID session = UUID.randomUUID();
    int prompt = model.tokens(PROMPT).length;
    assertThatThrownBy(
            () ->
                model.generate(
                    session,
                    PROMPT,
                    prompt + STEPS,
                    (text, time) -> {
                      throw new Cancelled();
                    }))
        .isExactlyInstanceOf(Cancelled.class);
    assertThat(model.generate(session, NEXT, prompt + model.tokens(NEXT).length + STEPS))
        .isEqualTo(behind(reference, 0));
  }

  @Test
  void aTokenThatJlamaDoesNotKnowFailsAsInJlamaAlone(Reference reference) {
    int[] prompt = Prompts.tokens(50, 600);
    int[] broken = prompt.clone();
    broken[400] = 1 << 20;
    UUID session = UUID.randomUUID();
    try (KvBuffer buffer = model.buffer(session)) {
      assertThatThrownBy(() -> model.pass(broken, 0, buffer))
          .isInstanceOf(IndexOutOfBoundsException.class);
      // The same session, from its beginning, and behind the batch that was computed.
      assertThat(model.pass(prompt, 0, buffer)).isEqualTo(reference.pass(KIND, prompt));
    }
    assertThat(model.pass(prompt)).isEqualTo(reference.pass(KIND, prompt));
    assertThat(Figures.get("LastReusedTokens")).isEqualTo(599);
    int[] branch = Prompts.branch(prompt, 400, 30, 1);
    assertThat(model.pass(branch)).isEqualTo(reference.pass(KIND, branch));
    assertThat(Figures.get("LastReusedTokens")).isEqualTo(400);
  }

  @Test
  void positionsBeyondTheContextFailAsInJlamaAlone(Reference reference) {
    int[] prompt = Prompts.tokens(51, KIND.geometry().contextLength() + 20);
    assertThatThrownBy(() -> model.pass(prompt)).isInstanceOf(IndexOutOfBoundsException.class);
    int[] fits = Arrays.copyOf(prompt, 1_000);
    assertThat(model.pass(fits)).isEqualTo(reference.pass(KIND, fits));
    assertThatThrownBy(() -> model.pass(prompt)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(model.pass(fits)).isEqualTo(reference.pass(KIND, fits));
    assertThat(Figures.get("LastReusedTokens")).isEqualTo(999);
  }

  @Test
  void aSessionThatGoesBackOverwritesNothingOfOthers(Reference reference) {
    int[] first = Prompts.tokens(52, 700);
    int[] second = Prompts.branch(first, 300, 400, 2);
    try (KvBuffer buffer = model.buffer(UUID.randomUUID())) {
      Pass wanted = reference.pass(KIND, first);
      assertThat(model.pass(first, 0, buffer)).isEqualTo(wanted);
      int[] tail = Arrays.copyOfRange(second, 300, 700);
      assertThat(model.pass(tail, 300, buffer)).isEqualTo(reference.pass(KIND, second));
      assertThat(model.pass(first)).isEqualTo(wanted);
      assertThat(model.pass(second, 0, buffer)).isEqualTo(reference.pass(KIND, second));
    }
    assertThat(model.pass(second)).isEqualTo(reference.pass(KIND, second));
  }

  @Test
  void aTurnThatFailsDoesNotMakeTheSessionForgetItsTurns(Reference reference) {
    UUID session = UUID.randomUUID();
    int prompt = model.tokens(PROMPT).length;
    model.generate(session, PROMPT, prompt + STEPS);
    String tooLong = Prompts.text(60, 1_900); // fits alone, and not behind the first turn
    assertThatThrownBy(() -> model.generate(session, tooLong, 2_040))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(model.generate(session, NEXT, prompt + STEPS + model.tokens(NEXT).length + STEPS))
        .isEqualTo(behind(reference, STEPS));
  }

  /** Behind the positions of the rotary table: attention throws, in the middle of a block. */
  private static void failInABlock(TestModel model) {
    try (KvBuffer buffer = model.buffer(UUID.randomUUID())) {
      assertThatThrownBy(() -> model.pass(Prompts.tokens(53, 3), 9_000, buffer))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aBlockThatFailsInOneThreadStopsNoOther(Reference reference) throws Exception {
    Kind kind = Kind.FULL_HEADS; // whose attention one call at a time may enter, too
    try (TestModel full = TestModel.load(kind)) {
      CompletableFuture.runAsync(() -> failInABlock(full), FailureTest::inAThread).get();
      assertThat(
              CompletableFuture.supplyAsync(
                      () -> full.generate(PROMPT, STEPS), FailureTest::inAThread)
                  .get(2, TimeUnit.MINUTES))
          .isEqualTo(reference.generate(kind, PROMPT, STEPS));
    }
  }

  /** One that does not keep the JVM alive if it never ends. */
  private static void inAThread(Runnable work) {
    Thread.ofPlatform().daemon().start(work);
  }
}
