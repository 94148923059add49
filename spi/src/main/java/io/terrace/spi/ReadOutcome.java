/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** What became of a read that did not fail. */
public enum ReadOutcome {
  /** The sink's memory holds the whole payload. */
  FOUND,
  /** The chunk is not here; the sink was not asked. */
  MISSING,
  /** The sink did not want the payload. */
  REFUSED
}
