/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.model.functions.Generator.PoolingType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * With {@code jlama.serialize} off, passes that overlap are computed wrong, as in Jlama alone. No
 * later request may suffer from that.
 *
 * <p>With Panama operations: native ones write beyond the memory that another thread put in the
 * place of theirs, which ends the JVM sooner or later.
 */
final class WithoutLocksTest {
  private static final Kind KIND = Kind.FULL_HEADS;
  private static final int STEPS = 6;
  private static final String PANAMA = "jlama.force_panama_tensor_operations=true";

  @SuppressWarnings("NullAway.Init")
  private static Child reference;

  @SuppressWarnings("NullAway.Init")
  private Child child;

  @BeforeAll
  static void startReference() {
    reference = Child.start("terrace.reuse=false", PANAMA);
  }

  @AfterAll
  static void endReference() {
    reference.close();
  }

  @BeforeEach
  void start() {
    child = Child.start("terrace.jlama.serialize=false", PANAMA);
  }

  @AfterEach
  void end() {
    child.close();
  }

  /** Of equal lengths: batches of other lengths than another thread's fail at once. */
  private static List<String> prompts(int number) {
    String system = Prompts.text(number, 60);
    return List.of(
        system + Prompts.text(number + 1, 60),
        system + Prompts.text(number + 2, 60),
        Prompts.text(number + 3, 119),
        Prompts.text(number + 4, 119));
  }

  @Test
  void nothingOfOverlappingPassesIsShared() {
    for (int round = 0; round < 4; round++) {
      int number = 100 * round;
      long before = child.call(models -> untracked(models.get(KIND)));
      child.call(models -> overlap(models.get(KIND), prompts(number)));
      long after = child.call(models -> untracked(models.get(KIND)));
      assertThat(after).isGreaterThan(before);
      assertAlone(number);
    }
  }

  /** The figure is there when a model is. */
  private static long untracked(TestModel model) {
    assertThat(model).isNotNull();
    return Figures.get("UntrackedSessions");
  }

  private void assertAlone(int number) {
    for (String prompt : prompts(number)) {
      List<String> wanted = reference.call(models -> models.get(KIND).generate(prompt, STEPS));
      List<String> got = child.call(models -> models.get(KIND).generate(prompt, STEPS));
      assertThat(got).as(prompt).isEqualTo(wanted);
    }
  }

  private static boolean overlap(TestModel model, List<String> prompts) throws Exception {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (String prompt : prompts) {
      work.add(() -> ended(() -> model.generate(prompt, STEPS)));
    }
    return Threads.together(work).size() == prompts.size();
  }

  /** Whether it did not throw, which is all the same here. */
  private static boolean ended(Callable<?> work) {
    try {
      work.call();
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  /** Its KV is Jlama's own, but the scratch is that of all. */
  @Test
  void anEmbeddingSpoilsNothingShared() {
    for (int round = 0; round < 8; round++) {
      int number = 10_000 + 100 * round;
      child.call(models -> overlapWithEmbeddings(models.get(KIND), prompts(number)));
      assertAlone(number);
    }
  }

  private static boolean overlapWithEmbeddings(TestModel model, List<String> prompts)
      throws Exception {
    Callable<Boolean> answers =
        () -> {
          prompts.forEach(prompt -> ended(() -> model.generate(prompt, STEPS)));
          return true;
        };
    Callable<Boolean> embeddings =
        () -> {
          for (int i = 0; i < 12; i++) {
            String text = Prompts.text(60_000 + i, 140);
            ended(() -> model.model().embed(text, PoolingType.AVG));
          }
          return true;
        };
    return Threads.together(List.of(answers, embeddings)).size() == 2;
  }
}
