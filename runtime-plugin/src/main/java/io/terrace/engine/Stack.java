/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.TierContext;
import java.util.List;
import java.util.function.Function;

/** Opens the tiers of an engine. */
@FunctionalInterface
public interface Stack {
  /**
   * Opens the tiers, fastest first: the first one, and those below it that can be opened. Only the
   * first may keep pages.
   *
   * @param contexts what the engine gives to each of them, by its name
   * @throws io.terrace.spi.config.ConfigException if the first cannot be opened, or the
   *     configuration does not fit the tiers
   */
  List<StackTier> open(Function<String, TierContext> contexts);
}
