/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short request is not stuck behind a long one: both are counted in tokens, not in time. */
@ExtendWith(ReferenceResolver.class)
final class FairnessTest {
  private static final int LONG_ANSWER = 1_500;

  @ParameterizedTest
  @EnumSource(names = {"GROUPED_QUERIES", "FULL_HEADS", "EXPERTS"})
  void aShortAnswerEndsLongBeforeALongOne(Kind kind, Reference reference) throws Exception {
    String shortPrompt = Prompts.text(1, 20);
    try (TestModel model = TestModel.load(kind);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      AtomicInteger told = new AtomicInteger();
      CountDownLatch underWay = new CountDownLatch(1);
      Future<?> longOne =
          thread.submit(
              () ->
                  model.generate(
                      UUID.randomUUID(),
                      Prompts.text(2, 30),
                      30 + LONG_ANSWER,
                      (text, time) -> {
                        if (told.incrementAndGet() == 5) {
                          underWay.countDown();
                        }
                      }));
      underWay.await();
      int before = told.get();
      List<String> answer = model.generate(shortPrompt, 6);
      int meanwhile = told.get() - before;
      assertThat(meanwhile).as("tokens of the long answer meanwhile").isLessThan(LONG_ANSWER / 3);
      assertThat(longOne.isDone()).isFalse();
      longOne.get();
      assertThat(told.get()).isEqualTo(LONG_ANSWER + 1);
      assertThat(answer).isEqualTo(reference.generate(kind, shortPrompt, 6));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GROUPED_QUERIES", "FULL_HEADS"})
  void aShortPromptEndsBeforeALongOneIsComputed(Kind kind, Reference reference) throws Exception {
    String shortPrompt = Prompts.text(3, 12);
    try (TestModel model = TestModel.load(kind);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      AtomicInteger told = new AtomicInteger();
      String longPrompt = Prompts.text(4, 1_900);
      long lookups = Figures.get("Lookups");
      Future<?> longOne =
          thread.submit(
              () ->
                  model.generate(
                      UUID.randomUUID(),
                      longPrompt,
                      1_903,
                      (text, time) -> told.incrementAndGet()));
      while (Figures.get("Lookups") == lookups && !longOne.isDone()) {
        Thread.onSpinWait(); // until the long prompt is under way
      }
      List<String> answer = model.generate(shortPrompt, 3);
      assertThat(told.get()).as("tokens of the long prompt's answer").isZero();
      longOne.get();
      assertThat(told.get()).isPositive();
      assertThat(answer).isEqualTo(reference.generate(kind, shortPrompt, 3));
    }
  }
}
