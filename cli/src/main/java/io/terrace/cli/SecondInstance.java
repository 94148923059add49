/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What a process reused that was started after the one that had computed the prompt had ended.
 * Times are in milliseconds, from the call to the first token.
 *
 * @param reusedTokens tokens of its first measured prompt that it did not compute
 * @param ttftMsWithout the same prompt with the agent and without reuse
 * @param identical whether its answer is the one without reuse, token for token
 */
@JsonPropertyOrder({"promptTokens", "reusedTokens", "ttftMsWithout", "ttftMs", "identical"})
record SecondInstance(
    int promptTokens, long reusedTokens, double ttftMsWithout, double ttftMs, boolean identical) {
  /** Tokens at the end of a prompt that may not have been stored; the last one is computed too. */
  private static final int TAIL_TOKENS = 15;

  @JsonIgnore
  boolean isGood() {
    return identical && isReused();
  }

  /**
   * Whether the prompt came from the tier, but for its end. More than nothing is not enough: the
   * token that every text begins with is shared with any other prompt, such as those of a warm-up.
   */
  @JsonIgnore
  boolean isReused() {
    return reusedTokens >= promptTokens - 1 - TAIL_TOKENS;
  }
}
