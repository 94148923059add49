/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import org.jspecify.annotations.Nullable;

/**
 * That the adapter did a method's work, and how it went. Advice that gets one skips the method's
 * own body, returns the value, or throws what the runtime threw meanwhile.
 */
public final class Outcome {
  /** A void method's work is done. */
  public static final Outcome DONE = new Outcome(null, null);

  private final @Nullable Object value;
  private final @Nullable Throwable failure;

  private Outcome(@Nullable Object value, @Nullable Throwable failure) {
    this.value = value;
    this.failure = failure;
  }

  /** The method returns this value. */
  public static Outcome of(@Nullable Object value) {
    return new Outcome(value, null);
  }

  /** The runtime threw this while it worked for the adapter: the application gets it as it is. */
  public static Outcome failed(Throwable failure) {
    return new Outcome(null, failure);
  }

  /** The value; throws the failure instead if there is one, whatever its type. */
  public @Nullable Object get() {
    if (failure != null) {
      throw Outcome.<RuntimeException>unchecked(failure);
    }
    return value;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T unchecked(Throwable failure) throws T {
    throw (T) failure;
  }
}
