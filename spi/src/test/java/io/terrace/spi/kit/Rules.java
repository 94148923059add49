/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

/** A group of rules, each a test on the {@link #bench()}. */
interface Rules {
  /** The tier under test and what is needed to test it. */
  TierBench bench();
}
