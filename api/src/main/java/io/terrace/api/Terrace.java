/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
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

  private static final ScopedValue<BooleanSupplier> CANCELLED = ScopedValue.newInstance();

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
   * The last prompt that any model computed on the calling thread, as a server asks behind each
   * request that a worker of its own computes.
   *
   * @return empty without the agent, and before the thread's first prompt
   * @throws IllegalStateException if there are two copies of this package
   */
  public static Optional<LastRequest> lastRequestOfThread() {
    AgentCalls agent = agent();
    return agent == null ? Optional.empty() : Optional.ofNullable(agent.lastRequestOfThread());
  }

  /**
   * Calls a runtime such that its prompt can be given up. While {@code work} runs on the calling
   * thread, the plugin asks {@code isCancelled} before each batch of a prompt, and while it waits
   * for a tier or for another request; once that is true, the runtime's call ends with a {@link
   * RequestCancelled}. What was computed until then is kept for others. The tokens of an answer are
   * the runtime's: its callback may throw the same. Calls may be nested: the outer one's wish
   * counts, too. Without the agent the work is done to its end.
   *
   * @param isCancelled whether nobody wants the result any more; quick, and safe to be called by
   *     the calling thread at any time; it stays true once it is
   * @return what the work returns
   * @throws Exception what the work throws
   * @throws RequestCancelled if a prompt was given up
   * @throws IllegalStateException if there are two copies of this package
   */
  public static <T> T callCancellable(BooleanSupplier isCancelled, Callable<T> work)
      throws Exception {
    Objects.requireNonNull(isCancelled, "isCancelled");
    Objects.requireNonNull(work, "work");
    agent(); // for its error
    BooleanSupplier outer = CANCELLED.isBound() ? CANCELLED.get() : () -> false;
    return ScopedValue.where(CANCELLED, () -> isCancelled.getAsBoolean() || outer.getAsBoolean())
        .call(work::call);
  }

  /**
   * Whether the caller of what this thread does has {@linkplain #callCancellable given it up}, for
   * whoever computes for it.
   *
   * @return false outside of such a call
   */
  public static boolean isCancelled() {
    return CANCELLED.isBound() && CANCELLED.get().getAsBoolean();
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
