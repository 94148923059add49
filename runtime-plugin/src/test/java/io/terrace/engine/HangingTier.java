/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Takes the memory for a payload, and fills it when it is let go: deaf to deadline and interrupt.
 */
class HangingTier implements KvTier {
  private final InMemoryTier tier;
  private final CountDownLatch go = new CountDownLatch(1);
  private volatile boolean atOnce;

  HangingTier(InMemoryStore store) {
    tier = new InMemoryTier(store, new RecordingContext());
  }

  void letGo() {
    go.countDown();
  }

  /** Hangs before it looks for a chunk, from now on. */
  void hangAtOnce() {
    atOnce = true;
  }

  /** Waits, whoever interrupts. */
  static void awaitDeaf(CountDownLatch latch) {
    boolean waiting = true;
    while (waiting) {
      try {
        latch.await();
        waiting = false;
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }

  @Override
  public Capabilities capabilities() {
    return tier.capabilities();
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    if (atOnce) {
      awaitDeaf(go);
    }
    return tier.contains(key, deadline);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    if (atOnce) {
      awaitDeaf(go);
    }
    return tier.read(
        key,
        (header, payloadBytes) -> {
          var target = sink.accept(header, payloadBytes);
          awaitDeaf(go);
          return target;
        },
        Deadline.NEVER);
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    return tier.write(chunk, deadline);
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    tier.remove(key, deadline);
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    return tier.list(after, limit, deadline);
  }

  @Override
  public void close() {
    tier.close();
  }
}
