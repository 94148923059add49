/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

/** Sizes of the model with random weights. */
enum SampleSize {
  SMALL,
  FULL,
  /** Computes fast, and has a context for prompts of 16,384 tokens. */
  LONG
}
