/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

/**
 * What was reused.
 *
 * @param prompts turns that were looked up
 * @param reusing of them those that took something over
 * @param tokens of all prompts
 * @param fromMemory of them taken over from memory
 * @param fromTiers taken over from tiers below memory
 * @param fromOthers taken over from requests that computed the same at the same time
 * @param lateLoads loads that were waited for longer than they were worth
 * @param longestWaitMillis the longest that a prompt waited for tiers and others
 */
public record SoakHits(
    long prompts,
    long reusing,
    long tokens,
    long fromMemory,
    long fromTiers,
    long fromOthers,
    long lateLoads,
    double longestWaitMillis) {
  /** The part of all tokens that was not computed. */
  public double tokenShare() {
    return tokens == 0 ? 0 : (double) (fromMemory + fromTiers + fromOthers) / tokens;
  }

  /** The part of all prompts that took something over. */
  public double promptShare() {
    return prompts == 0 ? 0 : (double) reusing / prompts;
  }
}
