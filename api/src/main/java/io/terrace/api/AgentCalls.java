/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import org.jspecify.annotations.Nullable;

/**
 * What the agent does for {@link Terrace}. Implemented by the agent; not for applications. Safe for
 * use by several threads.
 *
 * <p>An application may bring an older or newer copy of this package than the agent's: methods that
 * come later are default ones that say what the agent lacks.
 */
public interface AgentCalls {
  /** See {@link Terrace#isActive}. */
  boolean isActive();

  /** See {@link Terrace#lastRequest}; null if there was none. */
  @Nullable LastRequest lastRequest();

  /** See {@link Terrace#lastRequestOfThread}; null if there was none. */
  default @Nullable LastRequest lastRequestOfThread() {
    return null; // an agent that came before it
  }

  /** See {@link Terrace#prefetch}. */
  default boolean prefetch(Object model, int[] promptTokens) {
    return false; // an agent that came before it
  }
}
