/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.ForwardingTier;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets reads of whole chunks pass one by one, as a test allows, and notes which they were. */
final class GatedTier extends ForwardingTier {
  private final Semaphore gate = new Semaphore(0);
  private final List<ChunkKey> passed = new CopyOnWriteArrayList<>();
  private final List<ChunkKey> begun = new CopyOnWriteArrayList<>();

  GatedTier(KvTier tier) {
    super(tier);
  }

  /** Lets so many more reads pass. */
  void pass(int reads) {
    gate.release(reads);
  }

  /** Chunks whose reads were let pass, in that order. */
  List<ChunkKey> passed() {
    return passed;
  }

  /** Chunks whose reads began, in that order. */
  List<ChunkKey> begun() {
    return begun;
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    begun.add(key);
    try {
      if (!gate.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw new TierException("the gate is shut");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException("interrupted at the gate", e);
    }
    passed.add(key);
    return super.read(key, sink, deadline);
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    for (ReadRequest request : requests) {
      try {
        request.done(read(request.key(), request.sink(), deadline));
      } catch (TierException e) {
        request.failed(e);
      }
    }
  }
}
