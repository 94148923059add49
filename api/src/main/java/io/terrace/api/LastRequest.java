/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

/**
 * How much of a prompt was known.
 *
 * @param promptTokens tokens of the prompt, with the one that begins a text
 * @param reusedTokens how many of them were not computed again; at least one always is
 */
public record LastRequest(int promptTokens, int reusedTokens) {
  /** Checks the bounds. */
  public LastRequest {
    if (promptTokens < 0 || reusedTokens < 0 || reusedTokens > promptTokens) {
      throw new IllegalArgumentException(
          "reusedTokens must be 0 to promptTokens, got " + reusedTokens + " of " + promptTokens);
    }
  }
}
