/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is right: the answers of a JVM whose agent keeps memory and repairs and reuses nothing. One
 * for all tests of a run, which asks that JVM once for each. Used by one thread at a time.
 */
final class Reference {
  private final Child child;
  private final Map<List<Object>, Object> known = new HashMap<>();

  Reference(Child child) {
    this.child = child;
  }

  /** A prompt computed in one go, in a session of its own. */
  Pass pass(Kind kind, int[] tokens) {
    return once(List.of("pass", kind, ids(tokens)), models -> models.get(kind).pass(tokens));
  }

  /** See {@link TestModel#greedy(int[], int)}. */
  List<Integer> greedy(Kind kind, int[] prompt, int steps) {
    return once(
        List.of("greedy", kind, ids(prompt), steps),
        models -> models.get(kind).greedy(prompt, steps));
  }

  /** See {@link TestModel#generate(String, int)}. */
  List<String> generate(Kind kind, String prompt, int steps) {
    return once(
        List.of("generate", kind, prompt, steps),
        models -> models.get(kind).generate(prompt, steps));
  }

  /** Anything else that has to be compared. */
  <R> R call(Child.Work<R> work) {
    return child.call(work);
  }

  private static List<Integer> ids(int[] tokens) {
    return Arrays.stream(tokens).boxed().toList();
  }

  private <R> R once(List<Object> question, Child.Work<R> work) {
    @SuppressWarnings("unchecked") // what the same question was answered with
    R answer = (R) known.computeIfAbsent(question, asked -> child.call(work));
    return answer;
  }
}
