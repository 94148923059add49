/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Prompts that end at the end of a chunk or beside it, again and again by two threads. Their last
 * token is computed each time, in the page that others read: this JVM ends if that page is written.
 */
@ExtendWith(ReferenceResolver.class)
@Tag("small")
final class ChunkEndsTest {
  private static final int STEPS = 5;
  private static final int ROUNDS = 3;
  private static final int[] LENGTHS = {
    Operations.CHUNK - 1, Operations.CHUNK, Operations.CHUNK + 1, 2 * Operations.CHUNK
  };

  @Test
  void sharedPagesAreProtectedHere() {
    assertThat(Boolean.getBoolean("terrace.debug.checkPages")).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"GROUPED_QUERIES", "FULL_HEADS", "EXPERTS", "SOFT_CAPS"})
  void aPromptAgainComputesItsLastTokenAlone(Kind kind, Reference reference) throws Exception {
    try (TestModel model = TestModel.load(kind)) {
      List<String> prompts = prompts(10);
      List<List<String>> answers = new ArrayList<>();
      for (String prompt : prompts) {
        assertThat(model.tokens(prompt).length).isIn(lengths());
        List<String> answer = reference.generate(kind, prompt, STEPS);
        assertThat(model.generate(prompt, STEPS)).isEqualTo(answer);
        answers.add(answer);
      }
      long reusedBefore = Figures.get("ReusedTokens");
      Callable<List<List<String>>> forward = () -> rounds(model, prompts);
      List<String> reversed = new ArrayList<>(prompts);
      Collections.reverse(reversed);
      Callable<List<List<String>>> backward = () -> rounds(model, reversed);
      List<List<List<String>>> results = Threads.together(List.of(forward, backward));
      for (int i = 0; i < ROUNDS * prompts.size(); i++) {
        int prompt = i % prompts.size();
        assertThat(results.get(0).get(i)).isEqualTo(answers.get(prompt));
        assertThat(results.get(1).get(i)).isEqualTo(answers.get(prompts.size() - 1 - prompt));
      }
      long perRound = lengths().stream().mapToLong(length -> length - 1).sum();
      assertThat(Figures.get("ReusedTokens") - reusedBefore).isEqualTo(2L * ROUNDS * perRound);
    }
  }

  @Test
  void twoThreadsThatComputeTheSamePromptAtOnceAgree(Reference reference) throws Exception {
    try (TestModel model = TestModel.load(Kind.GROUPED_QUERIES)) {
      for (String prompt : prompts(20)) {
        Callable<List<String>> work = () -> model.generate(prompt, STEPS);
        List<String> answer = reference.generate(Kind.GROUPED_QUERIES, prompt, STEPS);
        assertThat(Threads.together(List.of(work, work))).containsOnly(answer);
        assertThat(model.generate(prompt, STEPS)).isEqualTo(answer);
      }
      assertThat(Figures.get("Failures")).isZero();
    }
  }

  @Test
  void twoSessionsGoOnDifferentlyInTheSamePage(Reference reference) throws Exception {
    Kind kind = Kind.GROUPED_QUERIES;
    int[] document = Prompts.tokens(30, Operations.CHUNK + Operations.CHUNK / 2);
    try (TestModel model = TestModel.load(kind)) {
      model.pass(document);
      List<Callable<Pass>> work = new ArrayList<>();
      List<Pass> wanted = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int[] prompt = Prompts.branch(document, document.length, Operations.CHUNK, i);
        work.add(() -> model.pass(prompt));
        wanted.add(reference.pass(kind, prompt));
      }
      assertThat(Threads.together(work)).isEqualTo(wanted);
      assertThat(Threads.together(work)).isEqualTo(wanted);
    }
  }

  private static List<List<String>> rounds(TestModel model, List<String> prompts) {
    List<List<String>> answers = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (String prompt : prompts) {
        answers.add(model.generate(prompt, STEPS));
      }
    }
    return answers;
  }

  private static List<String> prompts(long number) {
    List<String> prompts = new ArrayList<>();
    for (int length : LENGTHS) {
      prompts.add(Prompts.text(number + prompts.size(), length));
    }
    return prompts;
  }

  private static List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>();
    for (int length : LENGTHS) {
      lengths.add(length);
    }
    return lengths;
  }
}
