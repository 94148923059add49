/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models come and go while others are at work. */
@ExtendWith(ReferenceResolver.class)
@SuppressWarnings("try") // closing in the middle is what is tested
final class ModelCloseTest {
  private static final int STEPS = 40;

  @Test
  void othersThatAreClosedDoNotMatter(Reference reference) throws Exception {
    Kind kind = Kind.FULL_HEADS;
    String prompt = Prompts.text(1, 300);
    List<String> wanted = reference.generate(kind, prompt, STEPS);
    try (TestModel model = TestModel.load(kind)) {
      Callable<Boolean> answers =
          () -> {
            for (int i = 0; i < 5; i++) {
              assertThat(model.generate(prompt, STEPS)).isEqualTo(wanted);
            }
            return true;
          };
      Callable<Boolean> comeAndGo =
          () -> {
            for (int i = 0; i < 10; i++) {
              try (TestModel other = TestModel.load(kind)) {
                assertThat(other.generate(prompt, STEPS)).isEqualTo(wanted);
              }
            }
            return true;
          };
      Threads.together(List.of(answers, comeAndGo));
    }
    assertThat(Figures.get("PagesInUse")).isEqualTo(Figures.get("Chunks"));
    assertThat(Figures.get("Failures")).isZero();
  }

  @Test
  void aFolderLoadedTwiceIsTwoModels(Reference reference) {
    Kind kind = Kind.GROUPED_QUERIES;
    int[] prompt = Prompts.tokens(2, 300);
    Pass wanted = reference.pass(kind, prompt);
    try (TestModel one = TestModel.load(kind, TestModel.folder(kind));
        TestModel two = TestModel.load(kind, TestModel.folder(kind))) {
      assertThat(one.pass(prompt)).isEqualTo(wanted);
      assertThat(two.pass(prompt)).isEqualTo(wanted);
      assertThat(two.pass(prompt)).isEqualTo(wanted);
      assertThat(Figures.get("LastReusedTokens")).isEqualTo(299);
      one.close();
      assertThat(two.pass(prompt)).isEqualTo(wanted);
    }
  }

  /** As in Jlama alone, whose pages outlive the close of a model. */
  @ParameterizedTest
  @EnumSource(names = {"GROUPED_QUERIES", "EXPERTS"})
  void aModelClosedDuringAnAnswerGivesTheAnswer(Kind kind, Reference reference) {
    String prompt = Prompts.text(3, 280);
    try (TestModel model = TestModel.load(kind)) {
      List<String> texts = new ArrayList<>();
      model.generate(
          UUID.randomUUID(),
          prompt,
          280 + STEPS,
          (text, time) -> {
            texts.add(text);
            if (texts.size() % 10 == 3) {
              model.close();
            }
          });
      assertThat(texts).isEqualTo(reference.generate(kind, prompt, STEPS));
      assertThat(model.generate(prompt, STEPS)).isEqualTo(texts);
    }
    assertThat(Figures.get("PagesInUse")).isEqualTo(Figures.get("Chunks"));
  }

  @ParameterizedTest
  @EnumSource(names = {"GROUPED_QUERIES", "FULL_HEADS"})
  void aModelThatAnotherThreadClosesGivesTheAnswer(Kind kind, Reference reference)
      throws Exception {
    String prompt = Prompts.text(4, 280);
    List<String> wanted = reference.generate(kind, prompt, STEPS);
    AtomicBoolean done = new AtomicBoolean();
    try (TestModel model = TestModel.load(kind)) {
      Callable<Boolean> answers =
          () -> {
            try {
              for (int i = 0; i < 8; i++) {
                assertThat(model.generate(prompt, STEPS)).isEqualTo(wanted);
              }
            } finally {
              done.set(true);
            }
            return true;
          };
      Callable<Boolean> closes =
          () -> {
            while (!done.get()) {
              model.close();
              Thread.sleep(1);
            }
            return true;
          };
      Threads.together(List.of(answers, closes));
    }
    assertThat(Figures.get("PagesInUse")).isEqualTo(Figures.get("Chunks"));
    assertThat(Figures.get("Failures")).isZero();
  }
}
