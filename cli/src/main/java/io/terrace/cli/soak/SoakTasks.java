/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Questions about documents, drawn from a seed: those of a document share its beginning, all of it
 * or a part. There are more of them than memory has room for, and some are asked more often.
 * Immutable.
 */
final class SoakTasks {
  /** Ids that every sample model has, behind its special tokens. */
  private static final int FIRST_ID = 4;

  private static final int BEYOND_LAST_ID = 500;
  private static final int DOCUMENTS = 16;
  private static final int CUTS = 2;
  private static final int QUESTIONS = 4;
  private static final int SHORTEST_DOCUMENT = 150;
  private static final int LONGEST_DOCUMENT = 340;
  private static final int SHORTEST_QUESTION = 5;
  private static final int LONGEST_QUESTION = 45;

  /** Draws are this power of evenly spread ones: they lean to low numbers. */
  private static final double SKEW = 2.5;

  private final List<SoakTask> tasks;

  private SoakTasks(List<SoakTask> tasks) {
    this.tasks = List.copyOf(tasks);
  }

  static SoakTasks of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SoakTask> tasks = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      int[] document = tokens(random, SHORTEST_DOCUMENT, LONGEST_DOCUMENT);
      document[0] = 0; // as every text begins
      for (int cut = 0; cut < CUTS; cut++) {
        int length = cut == 0 ? document.length : random.nextInt(40, document.length);
        for (int question = 0; question < QUESTIONS; question++) {
          int[] asked = tokens(random, SHORTEST_QUESTION, LONGEST_QUESTION);
          int[] secondTurn =
              question == 0 ? tokens(random, SHORTEST_QUESTION, LONGEST_QUESTION) : new int[0];
          tasks.add(new SoakTask(tasks.size(), joined(document, length, asked), secondTurn));
        }
      }
    }
    return new SoakTasks(tasks);
  }

  private static int[] tokens(SplittableRandom random, int shortest, int longest) {
    return random.ints(random.nextInt(shortest, longest + 1), FIRST_ID, BEYOND_LAST_ID).toArray();
  }

  private static int[] joined(int[] document, int length, int[] question) {
    int[] prompt = Arrays.copyOf(document, length + question.length);
    System.arraycopy(question, 0, prompt, length, question.length);
    return prompt;
  }

  List<SoakTask> all() {
    return tasks;
  }

  SoakTask draw(SplittableRandom random) {
    return tasks.get((int) (tasks.size() * Math.pow(random.nextDouble(), SKEW)));
  }
}
