/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.util.List;

/**
 * What is right: the answers of a JVM whose agent keeps memory and repairs and reuses nothing. One
 * for all tests of a run.
 */
final class Reference {
  private final Child child;

  Reference(Child child) {
    this.child = child;
  }

  /** A prompt computed in one go, in a session of its own. */
  Pass pass(Kind kind, int[] tokens) {
    return child.call(models -> models.get(kind).pass(tokens));
  }

  /** See {@link TestModel#greedy(int[], int)}. */
  List<Integer> greedy(Kind kind, int[] prompt, int steps) {
    return child.call(models -> models.get(kind).greedy(prompt, steps));
  }

  /** See {@link TestModel#generate(String, int)}. */
  List<String> generate(Kind kind, String prompt, int steps) {
    return child.call(models -> models.get(kind).generate(prompt, steps));
  }

  /** Anything else that has to be compared. */
  <R> R call(Child.Work<R> work) {
    return child.call(work);
  }
}
