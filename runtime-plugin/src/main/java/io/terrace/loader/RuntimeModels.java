/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.engine.ModelSpace;
import org.jspecify.annotations.Nullable;

/** The models of one runtime. Safe for use by several threads. */
@FunctionalInterface
public interface RuntimeModels {
  /**
   * Where the chunks of a model are.
   *
   * @param model of any runtime
   * @return null if it is none of this runtime's, or its KV is not shared
   */
  @Nullable ModelSpace space(Object model);
}
