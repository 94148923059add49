/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.TierContext;
import java.util.List;

/** Opens the tiers of an engine. */
@FunctionalInterface
public interface Stack {
  /**
   * Opens the tiers, fastest first: the first one, and those below it that can be opened. Only the
   * first may keep pages.
   *
   * @param first what the engine gives to the first one
   * @param below what it gives to each of the others
   * @throws io.terrace.spi.config.ConfigException if the first cannot be opened, or the
   *     configuration does not fit the tiers
   */
  List<StackTier> open(TierContext first, TierContext below);
}
