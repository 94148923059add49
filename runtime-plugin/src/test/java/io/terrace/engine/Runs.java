/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/** The part of a prompt's way that comes before anything is computed. */
final class Runs {
  private Runs() {}

  /**
   * Takes over whatever is known, as a model does that computes so slowly that it waits for all.
   *
   * @return how many positions are computed now
   */
  static int reuse(Session session) {
    try (PromptRun run = session.run()) {
      run.next(Integer.MAX_VALUE);
      return session.computed();
    }
  }
}
