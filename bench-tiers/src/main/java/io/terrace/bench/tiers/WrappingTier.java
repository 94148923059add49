/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Another tier, for what changes one thing about it and nothing else. Every chunk goes through a
 * call: it neither lends memory nor gives a way into device memory.
 *
 * <p>A tier has a class loader of its own, which is the context class loader of the thread during
 * each of its calls: libraries look there for their parts.
 */
abstract class WrappingTier implements KvTier {
  private final KvTier tier;
  private final ClassLoader loader;
  private volatile boolean closed;

  /**
   * @param tier does the work; stores bytes, and does not keep pages
   * @param loader the tier's own
   */
  WrappingTier(KvTier tier, ClassLoader loader) {
    this.tier = tier;
    this.loader = loader;
  }

  /** A call of the tier; E is what it may throw. */
  @FunctionalInterface
  interface Call<T, E extends Exception> {
    T run() throws E;
  }

  /** Makes a call with another context class loader. */
  static <T, E extends Exception> T within(ClassLoader loader, Call<T, E> call) throws E {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return call.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private <T, E extends Exception> T within(Call<T, E> call) throws E {
    return within(loader, call);
  }

  /** Whether {@link #close} was called: from then on no call finds or stores anything. */
  final boolean isClosed() {
    return closed;
  }

  @Override
  public Capabilities capabilities() {
    Capabilities inner = tier.capabilities();
    return new Capabilities(
        inner.shared(),
        inner.durable(),
        false,
        false,
        false,
        inner.alignment(),
        inner.concurrency());
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
    within(
        () -> {
          tier.readAll(requests, deadline);
          return this;
        });
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    return within(() -> tier.write(chunk, deadline));
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    within(
        () -> {
          tier.remove(key, deadline);
          return this;
        });
  }

  @Override
  public void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws TierException {
    within(
        () -> {
          tier.removeAll(keys, deadline);
          return this;
        });
  }

  @Override
  public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    within(
        () -> {
          tier.setAside(key, reason, deadline);
          return this;
        });
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    return within(() -> tier.list(after, limit, deadline));
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
    closed = true;
    within(
        () -> {
          tier.close();
          return this;
        });
  }
}
