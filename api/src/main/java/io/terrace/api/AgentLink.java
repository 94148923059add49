/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import org.jspecify.annotations.Nullable;

/** Where the agent says that it is there. For the agent; not for applications. */
public final class AgentLink {
  private static volatile @Nullable AgentCalls agent;

  private AgentLink() {}

  /**
   * Connects the agent, once in the life of a process.
   *
   * @throws IllegalStateException if one is connected already
   */
  public static synchronized void connect(AgentCalls calls) {
    if (agent != null) {
      throw new IllegalStateException("an agent is connected already: " + agent);
    }
    agent = calls;
  }

  static @Nullable AgentCalls agent() {
    return agent;
  }
}
