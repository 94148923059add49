/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * One figure of {@code terrace bench stack}: medians of the rounds, times in milliseconds.
 *
 * @param speed "slow" or "fast"
 * @param state "cold" or "warm"
 * @param reusedTokens that were not computed
 * @param ttftMsLow the lower quartile
 * @param ttftMsHigh the upper quartile
 * @param ttftMsEach of each round, in their order: those of one round belong together
 * @param aloneMsEach of a cold prompt, in each round: computed by the same program without reuse
 */
@JsonPropertyOrder({
  "speed",
  "promptTokens",
  "set",
  "state",
  "ttftMs",
  "reusedTokens",
  "ttftMsLow",
  "ttftMsHigh",
  "ttftMsEach",
  "aloneMsEach"
})
record StackRow(
    String speed,
    int promptTokens,
    String set,
    String state,
    double ttftMs,
    long reusedTokens,
    double ttftMsLow,
    double ttftMsHigh,
    List<Double> ttftMsEach,
    List<Double> aloneMsEach) {
  static final String COLD = "cold";
  static final String WARM = "warm";
}
