/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param questionId 1 for the user's first request, and so on
 * @param launchTime seconds since 1970
 * @param finishTime seconds since 1970
 * @param served null for a request that failed
 * @param error why it failed; empty where it did not
 */
record QaRow(
    int userId,
    int questionId,
    double launchTime,
    double finishTime,
    @Nullable Served served,
    String error) {

  /**
   * What a server says of an answer, and how long it took.
   *
   * @param cachedTokens of the prompt; null where the server does not say
   * @param ttft seconds from the request to the first text
   * @param generationTime seconds from the first text to the end
   */
  record Served(
      long promptTokens,
      long generationTokens,
      double ttft,
      double generationTime,
      @Nullable Long cachedTokens) {}
}
