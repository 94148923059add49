/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tier with a class loader of its own, which is the context class loader of the thread during
 * each call: libraries look there for their parts, and would otherwise find the application's.
 */
final class ContextTier implements KvTier {
  private final KvTier tier;
  private final ClassLoader loader;

  private ContextTier(KvTier tier, ClassLoader loader) {
    this.tier = tier;
    this.loader = loader;
  }

  /**
   * Opens a tier.
   *
   * @param loader the tier's own, or null if its calls keep the context class loader of the thread
   */
  static @Nullable KvTier open(@Nullable ClassLoader loader, Supplier<@Nullable KvTier> opener) {
    if (loader == null) {
      return opener.get();
    }
    ClassLoader before = enter(loader);
    try {
      KvTier tier = opener.get();
      return tier == null ? null : new ContextTier(tier, loader);
    } finally {
      leave(before);
    }
  }

  /** A call of the tier; E is what it may throw. */
  @FunctionalInterface
  private interface Call<T, E extends Exception> {
    T run() throws E;
  }

  private <T, E extends Exception> T within(Call<T, E> call) throws E {
    ClassLoader before = enter(loader);
    try {
      return call.run();
    } finally {
      leave(before);
    }
  }

  /** As {@link Call} without a result. */
  @FunctionalInterface
  private interface Action<E extends Exception> {
    void run() throws E;
  }

  private <E extends Exception> void act(Action<E> action) throws E {
    within(
        () -> {
          action.run();
          return this;
        });
  }

  private static ClassLoader enter(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    return before;
  }

  private static void leave(ClassLoader before) {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Override
  public Capabilities capabilities() {
    return tier.capabilities();
  }

  @Override
  public @Nullable DevicePath devicePath() {
    return tier.devicePath();
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    return within(() -> tier.contains(key, deadline));
  }

  @Override
  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    return within(() -> tier.containsAll(keys, deadline));
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    return within(() -> tier.read(key, sink, deadline));
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    act(() -> tier.readAll(requests, deadline));
  }

  @Override
  public @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
    ClassLoader before = enter(loader);
    try {
      return tier.lease(key, deadline); // or null, which a call by type argument cannot say
    } finally {
      leave(before);
    }
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    return within(() -> tier.write(chunk, deadline));
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    act(() -> tier.remove(key, deadline));
  }

  @Override
  public void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws TierException {
    act(() -> tier.removeAll(keys, deadline));
  }

  @Override
  public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    act(() -> tier.setAside(key, reason, deadline));
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    return within(() -> tier.list(after, limit, deadline));
  }

  @Override
  public long reclaim(long bytes) {
    return within(() -> tier.reclaim(bytes));
  }

  @Override
  public List<Finding> examine(Deadline deadline) throws TierException {
    return within(() -> tier.examine(deadline));
  }

  @Override
  public Collected collect(Deadline deadline) throws TierException {
    return within(() -> tier.collect(deadline));
  }

  @Override
  public SortedMap<String, Long> counters() {
    return within(tier::counters);
  }

  @Override
  public void close() {
    act(() -> tier.close());
  }

  @Override
  public String toString() {
    return tier.toString();
  }
}
