/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

/** What a {@link FaultyTier} can do to a call. */
public enum Fault {
  /** The call fails with a {@link io.terrace.spi.TierException}. */
  IO_ERROR,
  /** The call fails with a {@link io.terrace.spi.TierUnavailableException}. */
  UNAVAILABLE,
  /** The call takes a while longer, up to its deadline. */
  LATENCY,
  /** The call waits for an interrupt, whatever its deadline is, and fails. */
  HANG,
  /** A read fills a part of the memory it was given, and fails. */
  SHORT_READ,
  /** A read goes well, but for one bit of the header or the payload. */
  BIT_FLIP,
  /** The chunk that is asked for is gone, for good. */
  DISAPPEAR
}
