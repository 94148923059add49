/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked the demo for.
 *
 * @param promptTokens lengths in tokens, in the order of the table
 * @param checkedQuestions how many new questions are answered without reuse as well
 * @param tier what the programs share below their memory; null for memory alone
 */
record DemoOptions(
    ModelRequest model,
    @Nullable Path document,
    List<Integer> promptTokens,
    int answerTokens,
    int checkedQuestions,
    Operations operations,
    @Nullable Path json,
    @Nullable TierSpec tier) {
  /** A chat template and a question take some 60 tokens; less leaves no room for a document. */
  static final int FEWEST_PROMPT_TOKENS = 128;
}
