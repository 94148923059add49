/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.List;

/**
 * What {@code terrace bench stack} is to measure.
 *
 * @param rounds measured, at least 1
 */
record StackOptions(List<TierSet> sets, List<StackSpeed> speeds, int rounds, int answerTokens) {}
