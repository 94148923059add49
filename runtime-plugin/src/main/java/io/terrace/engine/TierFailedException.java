/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.TierException;

/** A failure of the tier that keeps pages, on its way to whoever guards the request. */
final class TierFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TierFailedException(TierException cause) {
    super(cause.getMessage(), cause);
  }
}
