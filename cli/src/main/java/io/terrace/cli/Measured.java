/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import org.jspecify.annotations.Nullable;

/**
 * A row of the table and what is told below it.
 *
 * @param newQuestionReusedTokens tokens that the first prompt with another question did not compute
 * @param firstTokenSeen false when a first token was special, so that its time is a rough one
 * @param secondInstance what a second process reused; null where the processes share no tier
 */
record Measured(
    RunFigures figures,
    long newQuestionReusedTokens,
    boolean firstTokenSeen,
    @Nullable SecondInstance secondInstance) {}
