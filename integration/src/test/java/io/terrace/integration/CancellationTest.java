/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.api.LastRequest;
import io.terrace.api.RequestCancelled;
import io.terrace.api.Terrace;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A prompt that its caller gives up ends between two batches, and leaves what it computed. */
@ExtendWith(ReferenceResolver.class)
final class CancellationTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;
  private static final int STEPS = 5;
  private static final int BATCH = 256;

  private static List<String> cancellable(
      TestModel model, UUID session, String prompt, BooleanSupplier cancelled) throws Exception {
    int total = model.tokens(prompt).length + STEPS;
    return Terrace.callCancellable(cancelled, () -> model.generate(session, prompt, total));
  }

  /** From the time on when so many more chunks were published. */
  private static BooleanSupplier afterChunks(int chunks) {
    long wanted = Figures.get("PublishedChunks") + chunks;
    return () -> Figures.get("PublishedChunks") >= wanted;
  }

  @Test
  void aPromptEndsBetweenBatchesAndItsChunksServeTheNext(Reference reference) throws Exception {
    String prompt = Prompts.text(901, 1_900);
    try (TestModel model = TestModel.load(KIND)) {
      long cancelled = Figures.get("CancelledPrompts");
      long failures = Figures.get("Failures");
      assertThatThrownBy(() -> cancellable(model, UUID.randomUUID(), prompt, afterChunks(2)))
          .isInstanceOf(RequestCancelled.class);
      assertThat(Figures.get("CancelledPrompts")).isEqualTo(cancelled + 1);
      assertThat(cancellable(model, UUID.randomUUID(), prompt, () -> false))
          .isEqualTo(reference.generate(KIND, prompt, STEPS));
      assertThat(Figures.get("LastReusedTokens")).isEqualTo(2L * BATCH);
      assertThat(Figures.get("CancelledPrompts")).isEqualTo(cancelled + 1);
      assertThat(Figures.get("Failures")).isEqualTo(failures);
    }
  }

  @Test
  void nothingIsComputedForWhoHasGoneBefore() throws Exception {
    try (TestModel model = TestModel.load(KIND)) {
      long published = Figures.get("PublishedChunks");
      assertThatThrownBy(
              () -> cancellable(model, UUID.randomUUID(), Prompts.text(902, 600), () -> true))
          .isInstanceOf(RequestCancelled.class);
      assertThat(Figures.get("PublishedChunks")).isEqualTo(published);
    }
  }

  @Test
  void aSessionThatIsUsedAgainGoesOnAsIfItHadNotBeenAsked(Reference reference) throws Exception {
    UUID session = UUID.randomUUID();
    String other = Prompts.text(904, 40);
    try (TestModel model = TestModel.load(KIND)) {
      assertThatThrownBy(() -> cancellable(model, session, Prompts.text(903, 900), afterChunks(1)))
          .isInstanceOf(RequestCancelled.class);
      assertThat(cancellable(model, session, other, () -> false))
          .isEqualTo(reference.generate(KIND, other, STEPS));
    }
  }

  @Test
  void aCallbackEndsAnAnswer(Reference reference) {
    String prompt = Prompts.text(905, 60);
    List<String> told = new ArrayList<>();
    try (TestModel model = TestModel.load(KIND)) {
      assertThatThrownBy(
              () ->
                  model.generate(
                      UUID.randomUUID(),
                      prompt,
                      60 + 50,
                      (text, time) -> {
                        told.add(text);
                        if (told.size() == STEPS) {
                          throw new RequestCancelled();
                        }
                      }))
          .isInstanceOf(RequestCancelled.class);
      List<String> wanted = reference.generate(KIND, prompt, STEPS);
      assertThat(told).isEqualTo(wanted.subList(0, STEPS));
      assertThat(model.generate(prompt, STEPS)).isEqualTo(wanted);
    }
  }

  @Test
  void theLastRequestOfAThreadIsItsOwn() throws Exception {
    try (TestModel model = TestModel.load(KIND)) {
      model.generate(Prompts.text(906, 300), 1);
      FutureTask<LastRequest> other =
          new FutureTask<>(
              () -> {
                assertThat(Terrace.lastRequestOfThread()).isEmpty();
                model.generate(Prompts.text(907, 50), 1);
                return Terrace.lastRequestOfThread().orElseThrow();
              });
      Thread.ofPlatform().start(other);
      LastRequest ofOther = new LastRequest(50, 1); // all texts begin with the same token
      assertThat(other.get()).isEqualTo(ofOther);
      assertThat(Terrace.lastRequestOfThread()).contains(new LastRequest(300, 0));
      assertThat(Terrace.lastRequest()).contains(ofOther);
    }
  }
}
