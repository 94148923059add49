/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

/** Sizes of the model with random weights. */
enum SampleSize {
  SMALL,
  FULL
}
