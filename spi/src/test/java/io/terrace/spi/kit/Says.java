/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Capabilities;
import io.terrace.spi.KvTier;

/** A tier that says something else of itself. */
final class Says extends ForwardingTier {
  private final Capabilities capabilities;

  Says(KvTier right, Capabilities capabilities) {
    super(right);
    this.capabilities = capabilities;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }
}
