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
  @JsonIgnore
  boolean isGood() {
    return identical && reusedTokens > 0;
  }
}
