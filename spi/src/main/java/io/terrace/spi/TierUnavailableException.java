/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * The tier as a whole cannot be reached or used now: the engine leaves it alone for a while, where
 * after a plain {@link TierException} it goes on asking.
 */
public final class TierUnavailableException extends TierException {
  private static final long serialVersionUID = 1;

  public TierUnavailableException(String message) {
    super(message);
  }

  public TierUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
