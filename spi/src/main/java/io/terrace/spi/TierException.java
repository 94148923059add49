/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * A call failed; the next one may not. For the engine this is a miss, counted and told in the log:
 * the message says what failed, on what, and what to change.
 *
 * <p>A chunk that is not there is no failure but a value. A message names chunks by {@link
 * ChunkKey#toString()}, not by their whole key.
 */
public class TierException extends Exception {
  private static final long serialVersionUID = 1;

  public TierException(String message) {
    super(message);
  }

  public TierException(String message, Throwable cause) {
    super(message, cause);
  }
}
