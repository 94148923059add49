/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.List;

/**
 * What {@code terrace bench stack} is to measure.
 *
 * @param rounds measured with prompts that are computed, at least 1
 * @param warmRounds measured with prompts that are stored, at least 1: they are quicker, and so
 *     more sensitive
 * @param warmUpTokens of the short prompts before all turns: what a program does seldom its
 *     compiler leaves slow for long
 */
record StackOptions(
    List<TierSet> sets,
    List<StackSpeed> speeds,
    int rounds,
    int warmRounds,
    int answerTokens,
    int warmUpTokens) {}
