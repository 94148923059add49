/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.QaOutcome.Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether a question got one answer in all set-ups. Of a user whose answers part, the first one is
 * told: what follows are other conversations.
 */
final class AnswerCheck {
  private final List<Difference> differences = new ArrayList<>();
  private int compared;

  /**
   * @param runs all of them; those of the plain runtime are left out
   */
  AnswerCheck(List<CompareRun> runs) {
    Map<Integer, Map<Question, Map<String, String>>> byHistory = new TreeMap<>();
    for (CompareRun run : runs) {
      if (!run.row().setup().equals(CompareSetUp.PLAIN.word())) {
        Map<Question, Map<String, String>> questions =
            byHistory.computeIfAbsent(run.row().history(), history -> new TreeMap<>());
        for (Answer answer : run.answers()) {
          questions
              .computeIfAbsent(
                  new Question(answer.user(), answer.question()), key -> new LinkedHashMap<>())
              .put(run.row().setup(), answer.text());
        }
      }
    }
    byHistory.forEach(this::compare);
  }

  /**
   * A question whose answers differ.
   *
   * @param answers by set-up
   */
  record Difference(int history, int user, int question, Map<String, String> answers) {}

  private record Question(int user, int number) implements Comparable<Question> {
    @Override
    public int compareTo(Question other) {
      int byUser = Integer.compare(user, other.user);
      return byUser != 0 ? byUser : Integer.compare(number, other.number);
    }
  }

  private void compare(int history, Map<Question, Map<String, String>> questions) {
    Set<Integer> parted = new HashSet<>();
    questions.forEach(
        (question, answers) -> {
          if (answers.size() > 1 && !parted.contains(question.user())) {
            compared += answers.size();
            if (Set.copyOf(answers.values()).size() > 1) {
              parted.add(question.user());
              differences.add(new Difference(history, question.user(), question.number(), answers));
            }
          }
        });
  }

  /** Answers that were held against others. */
  int compared() {
    return compared;
  }

  List<Difference> differences() {
    return differences;
  }
}
