/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import java.io.File;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Called from advice, inlined into Jlama's methods. Finds the adapter of the Jlama at hand, and
 * lets no failure of ours through: it is counted, reported once, and Jlama's own code runs.
 */
public final class JlamaHooks {
  private static volatile Function<ClassLoader, @Nullable JlamaRuntime> runtimes = loader -> null;
  private static volatile Consumer<Throwable> failures = failure -> {};

  private static final ClassValue<Holder> HOLDERS =
      new ClassValue<>() {
        @Override
        protected Holder computeValue(Class<?> type) {
          return new Holder(runtimes.apply(type.getClassLoader()));
        }
      };

  private record Holder(@Nullable JlamaRuntime runtime) {}

  private JlamaHooks() {}

  /**
   * Connects the hooks; before that they do nothing.
   *
   * @param runtimeOf the adapter for a class loader that Jlama was loaded by, or null
   * @param onFailure told of every failure of ours
   */
  public static void connect(
      Function<ClassLoader, @Nullable JlamaRuntime> runtimeOf, Consumer<Throwable> onFailure) {
    failures = onFailure;
    runtimes = runtimeOf;
  }

  private static @Nullable JlamaRuntime runtime(Class<?> jlamaType) {
    return HOLDERS.get(jlamaType).runtime;
  }

  private static void report(Throwable failure) {
    failures.accept(failure);
  }

  /** See {@link JlamaRuntime#kvBuffer}. */
  public static @Nullable Object kvBuffer(Object cache, @Nullable UUID session) {
    try {
      JlamaRuntime runtime = runtime(cache.getClass());
      return runtime == null || session == null ? null : runtime.kvBuffer(cache, session);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  /** See {@link JlamaRuntime#cacheClosed}. */
  public static void cacheClosed(Object cache) {
    try {
      JlamaRuntime runtime = runtime(cache.getClass());
      if (runtime != null) {
        runtime.cacheClosed(cache);
      }
    } catch (Throwable e) {
      report(e);
    }
  }

  /** See {@link JlamaRuntime#batchForward}. */
  public static @Nullable Outcome batchForward(
      Class<?> origin, Object model, int[] tokens, int start, Object kvBuffer, Object reducer) {
    try {
      JlamaRuntime runtime = runtime(origin);
      return runtime == null || tokens == null || reducer == null
          ? null
          : runtime.batchForward(model, tokens, start, kvBuffer, reducer);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  /** See {@link JlamaRuntime#beforeForward}. */
  public static @Nullable Object beforeForward(
      Class<?> origin, Object model, int token, int position, Object kvBuffer, Object reducer) {
    try {
      JlamaRuntime runtime = runtime(origin);
      return runtime == null || reducer == null
          ? null
          : runtime.beforeForward(model, token, position, kvBuffer, reducer);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  /** See {@link JlamaRuntime#afterForward}. */
  public static void afterForward(
      Class<?> origin, @Nullable Object pass, @Nullable Throwable thrown) {
    if (pass == null) {
      return;
    }
    try {
      JlamaRuntime runtime = runtime(origin);
      if (runtime != null) {
        runtime.afterForward(pass, thrown != null);
      }
    } catch (Throwable e) {
      report(e);
    }
  }

  /**
   * Leaves a block out, see {@link JlamaRuntime#leftOut}, or waits until this thread alone may use
   * its scratch; see {@link JlamaRuntime#scratchLock}.
   *
   * @return the outcome of a block that is left out; a lock that is held; or null
   */
  public static @Nullable Object enterBlock(Object block, Object input) {
    try {
      JlamaRuntime runtime = runtime(block.getClass());
      if (runtime == null) {
        return null;
      }
      Outcome leftOut = runtime.leftOut(block, input);
      return leftOut != null ? leftOut : locked(runtime, block);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  /**
   * As {@link #enterBlock} for a block of attention, whose work may be done elsewhere; see {@link
   * JlamaRuntime#attentionForward}.
   */
  public static @Nullable Object enterAttention(
      Object block, Object input, int startPosition, Object kvBuffer, Object reducer) {
    try {
      JlamaRuntime runtime = runtime(block.getClass());
      if (runtime == null) {
        return null;
      }
      Outcome outcome = runtime.leftOut(block, input);
      if (outcome == null) {
        outcome = runtime.attentionForward(block, input, startPosition, kvBuffer, reducer);
      }
      return outcome != null ? outcome : locked(runtime, block);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  private static @Nullable Lock locked(JlamaRuntime runtime, Object block) {
    Lock lock = runtime.scratchLock(block);
    if (lock != null) {
      lock.lock();
    }
    return lock;
  }

  /** Ends what {@link #enterBlock} began, given what it returned. */
  public static void leaveBlock(@Nullable Object entered) {
    if (entered instanceof Lock lock) {
      lock.unlock();
    }
  }

  /** See {@link JlamaRuntime#mixtureForward}. */
  public static @Nullable Outcome mixtureForward(Object block, Object input, Object reducer) {
    try {
      JlamaRuntime runtime = runtime(block.getClass());
      return runtime == null ? null : runtime.mixtureForward(block, input, reducer);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  /** See {@link JlamaRuntime#parallelChunks}. */
  public static @Nullable Outcome parallelChunks(
      Class<?> origin, int offset, int length, Object action) {
    try {
      JlamaRuntime runtime = runtime(origin);
      return runtime == null ? null : runtime.parallelChunks(offset, length, action);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  /** See {@link JlamaRuntime#encode}. */
  public static long @Nullable [] encode(Class<?> origin, Object tokenizer, String text) {
    try {
      JlamaRuntime runtime = runtime(origin);
      return runtime == null || text == null ? null : runtime.encode(tokenizer, text);
    } catch (Throwable e) {
      report(e);
      return null;
    }
  }

  /** See {@link JlamaRuntime#modelLoaded}. */
  public static void modelLoaded(Class<?> origin, @Nullable Object model, @Nullable File location) {
    try {
      JlamaRuntime runtime = runtime(origin);
      if (runtime != null && model != null && location != null) {
        runtime.modelLoaded(model, location);
      }
    } catch (Throwable e) {
      report(e);
    }
  }
}
