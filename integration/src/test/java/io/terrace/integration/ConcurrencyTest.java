/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests at once are answered as each of them alone would be. */
@ExtendWith(ReferenceResolver.class)
final class ConcurrencyTest {
  private static final int STEPS = 12;
  private static final int ROUNDS = 3;

  /** Prompts of which each shares a beginning with some others. */
  private static List<String> prompts(int number, int count) {
    String system = "You are a boat on the river. " + Prompts.text(number, 120);
    String document = Prompts.text(number + 1, 150);
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String beginning =
          switch (i % 3) {
            case 0 -> system;
            case 1 -> system + document;
            default -> "";
          };
      prompts.add(beginning + " Question " + i + ": " + Prompts.text(number + 2 + i, 10 + 9 * i));
    }
    return prompts;
  }

  private static List<List<String>> alone(Reference reference, Kind kind, List<String> prompts) {
    return prompts.stream().map(prompt -> reference.generate(kind, prompt, STEPS)).toList();
  }

  private static List<Callable<List<String>>> work(TestModel model, List<String> prompts) {
    return prompts.stream()
        .<Callable<List<String>>>map(prompt -> () -> model.generate(prompt, STEPS))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"GROUPED_QUERIES", "FULL_HEADS", "EXPERTS", "BIASES", "WIDE_I8"})
  void twoAndEightThreadsOnOneModel(Kind kind, Reference reference) throws Exception {
    for (int threads : new int[] {2, 8}) {
      try (TestModel model = TestModel.load(kind)) {
        for (int round = 0; round < ROUNDS; round++) {
          List<String> prompts = prompts(1_000 * threads + 100 * (round / 2), threads);
          assertThat(Threads.together(work(model, prompts)))
              .as("%s, %s threads, round %s", kind, threads, round)
              .isEqualTo(alone(reference, kind, prompts));
        }
      }
    }
    assertThat(Figures.get("Failures")).isZero();
  }

  @Test
  void severalModelsSideBySide(Reference reference) throws Exception {
    List<Kind> kinds = List.of(Kind.GROUPED_QUERIES, Kind.FULL_HEADS, Kind.EXPERTS);
    List<TestModel> models = kinds.stream().map(TestModel::load).toList();
    List<String> prompts = prompts(20_000, 3);
    List<Callable<List<String>>> work = new ArrayList<>();
    List<List<String>> wanted = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      work.addAll(work(models.get(i), prompts));
      wanted.addAll(alone(reference, kinds.get(i), prompts));
    }
    for (int round = 0; round < 2; round++) {
      assertThat(Threads.together(work)).isEqualTo(wanted);
    }
    models.forEach(TestModel::close);
  }

  /** What Jlama does with an id on two threads is undefined, but it stays with that id. */
  @Test
  void anIdOnSeveralThreadsHarmsNoOtherSession(Reference reference) throws Exception {
    Kind kind = Kind.FULL_HEADS;
    try (TestModel model = TestModel.load(kind)) {
      for (int round = 0; round < 8; round++) {
        UUID shared = new UUID(4, round);
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          prompts.add(Prompts.text(30_000 + 10 * round + i, 250 + 90 * i));
        }
        List<Callable<Boolean>> work = new ArrayList<>();
        for (String prompt : prompts) {
          int total = model.tokens(prompt).length + STEPS;
          work.add(() -> ended(() -> model.generate(shared, prompt, total)));
        }
        Threads.together(work);
        for (String prompt : prompts) {
          assertThat(model.generate(prompt, STEPS))
              .isEqualTo(reference.generate(kind, prompt, STEPS));
        }
      }
    }
    assertThat(Figures.get("PagesInUse")).isEqualTo(Figures.get("Chunks"));
    assertThat(Figures.get("Failures")).isZero();
  }

  private static boolean ended(Callable<?> work) {
    try {
      work.call();
      return true;
    } catch (Exception e) {
      return false;
    }
  }
}
