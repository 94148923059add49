/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

/**
 * A row of the table and what is told below it.
 *
 * @param newQuestionReusedTokens tokens that the first prompt with another question did not compute
 * @param firstTokenSeen false when a first token was special, so that its time is a rough one
 */
record Measured(RunFigures figures, long newQuestionReusedTokens, boolean firstTokenSeen) {}
