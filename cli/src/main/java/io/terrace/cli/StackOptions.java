/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.List;

/**
 * What {@code terrace bench stack} is to measure.
 *
 * @param rounds measured, at least 1
 * @param warmUpTokens of unseen prompts that each program computes first: later, one that reuses
 *     computes less than one that does not, and its compiler would be behind
 */
record StackOptions(
    List<TierSet> sets, List<StackSpeed> speeds, int rounds, int answerTokens, int warmUpTokens) {}
