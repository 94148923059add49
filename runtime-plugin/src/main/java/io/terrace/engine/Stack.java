/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.TierContext;
import java.util.List;

/** Opens the tiers of an engine. */
@FunctionalInterface
public interface Stack {
  /**
   * Opens all tiers, fastest first. Only the first may keep pages.
   *
   * @param context what the engine gives to each of them
   * @throws io.terrace.spi.config.ConfigException if one cannot be opened
   */
  List<StackTier> open(TierContext context);
}
