/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.PageGeometry;
import org.jspecify.annotations.Nullable;

/** In how many bits an engine keeps KV. */
@FunctionalInterface
public interface Precision {
  /** Every bit: the pages of sessions are shared as they are. */
  Precision EXACT = runtime -> null;

  /**
   * What converts pages of a runtime.
   *
   * @param runtime the shape of the pages that it computes in
   * @return null if they are kept as they are
   */
  @Nullable PageConverter of(PageGeometry runtime);
}
