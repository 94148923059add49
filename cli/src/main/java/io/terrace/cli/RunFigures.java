/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One row: the figures of one prompt length. Times are in milliseconds; TTFT is the time from the
 * call to the first token.
 *
 * @param reusedTokens tokens that the warm, unchanged prompt did not compute
 * @param coldReusedTokens tokens that the JVM's first request of this prompt did not compute, since
 *     a tier held them already: {@code ttftMsCold} is the time of a cold request where it is 0, or
 *     1, the token that every text begins with
 * @param operations "native" or "panama"
 * @param tokenizeMs share of the warm TTFT that turns text into tokens
 * @param decodeMs one decode step behind this prompt, in the JVM that answered it warm
 * @param warmDecodeSteps decode steps that the first token of the warm prompt takes, once its text
 *     is tokens: the median over the requests, each in steps of its own answer, since a shared
 *     machine changes its speed from second to second
 * @param identical whether every compared answer with reuse is the one without, token for token
 * @param plainIdentical whether Jlama without the agent gives that answer, too
 */
@JsonPropertyOrder({
  "promptTokens",
  "reusedTokens",
  "coldReusedTokens",
  "operations",
  "ttftMsPlain",
  "ttftMsWithout",
  "ttftMsCold",
  "ttftMsWarm",
  "ttftMsWarmNewQuestion",
  "tokenizeMs",
  "decodeMs",
  "warmDecodeSteps",
  "identical",
  "plainIdentical"
})
record RunFigures(
    int promptTokens,
    long reusedTokens,
    long coldReusedTokens,
    String operations,
    double ttftMsPlain,
    double ttftMsWithout,
    double ttftMsCold,
    double ttftMsWarm,
    double ttftMsWarmNewQuestion,
    double tokenizeMs,
    double decodeMs,
    double warmDecodeSteps,
    boolean identical,
    boolean plainIdentical) {
  /** A warm prompt is reused but for its last token; far less is no reuse worth the name. */
  private static final double LEAST_REUSED_SHARE = 0.9;

  @JsonIgnore
  boolean isGood() {
    return identical && isReused();
  }

  @JsonIgnore
  boolean isReused() {
    return reusedTokens >= LEAST_REUSED_SHARE * promptTokens;
  }

  @JsonIgnore
  double speedUp() {
    return ttftMsWithout / ttftMsWarm;
  }
}
