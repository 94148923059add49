/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The plugin of this process, for the application that it serves. Without the agent every question
 * is answered as if nothing had ever happened; no call fails for want of it.
 *
 * <p>The agent lives in the system class loader and has these classes, too. Loaders that ask their
 * parent first, and the plain class path, give an application the same ones, whether it packs them
 * or not. Where an application has a second copy of its own, the agent cannot be reached by it:
 * every method throws an {@link IllegalStateException} that says so.
 *
 * <p>Safe for use by several threads.
 */
public final class Terrace {
  /** The class that the agent would answer through; null if the system loader has none. */
  private static final @Nullable Class<?> REACHED = ofSystemLoader();

  private Terrace() {}

  /**
   * Whether the agent is in this process and at work. Of a single model it says nothing: one may
   * come from a runtime that the plugin leaves alone.
   *
   * @return false without the agent, if {@code enabled} is false, and once the plugin has turned
   *     itself off for an error in its configuration
   * @throws IllegalStateException if there are two copies of this package
   */
  public static boolean isActive() {
    AgentCalls agent = agent();
    return agent != null && agent.isActive();
  }

  /**
   * The last prompt that any model of this process computed, on any thread. Prompts that the plugin
   * leaves to the runtime (embeddings, for one) do not count.
   *
   * @return empty without the agent, and before the first prompt
   * @throws IllegalStateException if there are two copies of this package
   */
  public static Optional<LastRequest> lastRequest() {
    AgentCalls agent = agent();
    return agent == null ? Optional.empty() : Optional.ofNullable(agent.lastRequest());
  }

  /**
   * Says that a prompt will come, as a server knows of one that waits for its turn: what tiers
   * below memory have of it begins to come up, and waits in memory, as far as {@code staging.bytes}
   * allow. Returns at once.
   *
   * @param model as the runtime made it: an {@code AbstractModel} of Jlama
   * @param promptTokens all tokens of the prompt as the runtime will compute them, the one that
   *     begins a text included; not changed or kept
   * @return whether the plugin keeps the model's KV; false without the agent
   * @throws IllegalStateException if there are two copies of this package
   */
  public static boolean prefetch(Object model, int[] promptTokens) {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(promptTokens, "promptTokens");
    AgentCalls agent = agent();
    return agent != null && agent.prefetch(model, promptTokens);
  }

  private static @Nullable AgentCalls agent() {
    if (REACHED != null && REACHED != Terrace.class) {
      throw new IllegalStateException(
          "there are two copies of io.terrace.api: this one, of "
              + Terrace.class.getClassLoader()
              + ", and that of the system class loader, which the Terrace agent answers through;"
              + " give terrace-api the scope 'provided', or have io.terrace.api loaded by the"
              + " parent first");
    }
    return AgentLink.agent();
  }

  private static @Nullable Class<?> ofSystemLoader() {
    try {
      return Class.forName(Terrace.class.getName(), false, ClassLoader.getSystemClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }
}
