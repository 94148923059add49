/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/**
 * What each way to a prompt's KV was expected to cost, in nanoseconds, when it was known which of
 * its chunks are stored where; from what memory did not have to the end of the prompt.
 *
 * @param compute all of it is computed
 * @param load what is stored is loaded, the rest then computed
 * @param both computing from the front and loading from the back, until they meet, and the rest
 */
public record PlanCosts(double compute, double load, double both) {

  /**
   * @param from the first position that is not known
   * @param stored behind the last position that is stored without a gap
   * @param end of the prompt
   * @param loadNanos what loading {@code from .. stored} takes
   */
  static PlanCosts of(
      PrefillSpeed prefill, int from, int stored, int end, int chunkTokens, double loadNanos) {
    double rest = prefill.nanos(stored, end);
    double best = loadNanos;
    for (int meet = from; meet <= stored; meet += chunkTokens) {
      double loaded = loadNanos * (stored - meet) / Math.max(1, stored - from);
      best = Math.min(best, Math.max(prefill.nanos(from, meet), loaded));
    }
    return new PlanCosts(prefill.nanos(from, end), loadNanos + rest, best + rest);
  }
}
