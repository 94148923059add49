/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.DirectPages;
import io.terrace.device.PagePool;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.format.ChunkFault;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A tier below memory, as the engine uses it: nothing that it does is thrown, believed unchecked,
 * or waited for beyond its time.
 *
 * <p>Loads are safe for use by several threads; its queue stores on one thread.
 */
final class StoredTier {
  /** Nobody waits for a write: it may take so many times what a read may. */
  private static final int WRITE_PATIENCE = 10;

  private final StackTier stackTier;
  private final KvTier tier;
  private final boolean lends;
  private final int concurrency;
  private final TierSpeed speed = new TierSpeed();
  private final Spiller spiller;
  private final TierQueue queue;
  private final EngineEvents events;
  private final TierCounters counters;
  private final TierCalls calls;
  private final DecoderPool decoders;
  private final TierWriter writer;
  private final @Nullable DevicePath devicePath; // where chunks are stored as pages lie in memory
  private volatile @Nullable DirectPath direct; // once a model computes on a device
  private final Set<ChunkKey> damaged = ConcurrentHashMap.newKeySet(); // about to be set aside

  /**
   * @param counters of what becomes of its calls
   * @param spiller has a queue for this tier, of what has time
   */
  StoredTier(StackTier stackTier, TierCounters counters, Spiller spiller, EngineEvents events) {
    this.stackTier = stackTier;
    this.counters = counters;
    this.spiller = spiller;
    this.events = events;
    tier = stackTier.tier();
    lends = tier.capabilities().lends();
    concurrency = tier.capabilities().concurrency();
    calls =
        new TierCalls(
            stackTier.name(), tier.getClass().getClassLoader(), counters, events, System::nanoTime);
    ChunkCoding coding =
        Objects.requireNonNull(
            stackTier.coding(), "a tier that keeps no pages needs a way to store chunks");
    decoders = new DecoderPool(coding, Runtime.getRuntime().availableProcessors());
    writer = new TierWriter(tier, coding, decoders, calls, counters);
    devicePath = coding.storesPages() ? tier.devicePath() : null;
    queue =
        spiller.queue(
            stackTier.name(),
            tier.capabilities().shared(),
            stackTier.admission(),
            counters,
            this::store);
  }

  String name() {
    return stackTier.name();
  }

  /** Pages of a device may be filled from here, and stored here, without the host's memory. */
  synchronized void serve(DirectPages pages) {
    if (devicePath != null && direct == null) {
      DirectPath path = new DirectPath(name(), devicePath, pages, counters, events);
      direct = path;
      pages.watch(path);
    }
  }

  /** How long a request waits for all that it reads here. */
  Duration timeout() {
    return stackTier.timeout();
  }

  TierCounters counters() {
    return counters;
  }

  /** How many calls at once serve best. */
  int concurrency() {
    return concurrency;
  }

  /** How fast it is, as measured so far. */
  TierSpeed speed() {
    return speed;
  }

  /** Whether it is left alone now. */
  boolean isResting() {
    return calls.isResting();
  }

  /**
   * Which of several chunks the tier has.
   *
   * @return indexes in {@code keys}; null if it did not say, or not in time
   */
  @Nullable BitSet contains(List<ChunkKey> keys) {
    if (calls.isResting()) {
      return null;
    }
    Deadline deadline = Deadline.after(stackTier.timeout());
    long begun = System.nanoTime();
    try {
      BitSet here =
          calls.call(
              "looking for " + keys.size() + " chunks",
              deadline,
              () -> (BitSet) tier.containsAll(keys, deadline).clone());
      here.clear(keys.size(), Math.max(keys.size(), here.length()));
      for (int i = here.nextSetBit(0); i >= 0; i = here.nextSetBit(i + 1)) {
        here.set(i, !damaged.contains(keys.get(i)));
      }
      speed.probed(System.nanoTime() - begun);
      return here;
    } catch (TierException e) {
      tell(e);
      return null;
    }
  }

  /** A chunk to be loaded from this tier. */
  ChunkLoad want(ChunkKey key, ChunkLoad.Wanted wanted, PagePool pool) {
    return new ChunkLoad(key, wanted, pool, decoders);
  }

  /**
   * Loads chunks in the order of their prompt. Afterwards each of them says whether it is loaded;
   * those that are not hold nothing.
   *
   * @param deadline for all of them
   * @return whether the tier came back in time
   */
  boolean load(List<ChunkLoad> wanted, Deadline deadline) {
    List<ChunkLoad> loads = wanted.stream().filter(load -> !damaged.contains(load.key())).toList();
    if (calls.isResting()) {
      return false;
    }
    if (loads.isEmpty()) {
      return true;
    }
    counters.wanted.add(loads.size());
    LoadBatch batch = new LoadBatch(loads);
    long begun = System.nanoTime();
    try {
      calls.call(
          "reading " + loads.size() + " chunks",
          deadline,
          () -> {
            readAll(loads, deadline);
            return anyRead(loads);
          },
          batch::end);
    } catch (TierException e) {
      batch.abandon();
      tell(e);
      return false;
    }
    examine(loads, begun);
    return true;
  }

  /** If not a single one could be read, the tier is to blame and not the chunks. */
  private static List<ChunkLoad> anyRead(List<ChunkLoad> loads) throws TierException {
    TierException failure = loads.getFirst().failure();
    if (failure != null && loads.stream().allMatch(load -> load.failure() != null)) {
      throw failure;
    }
    return loads;
  }

  /**
   * Has the tier fill pages of a device where it can; borrows as many of the others as it lends,
   * and reads the rest.
   */
  private void readAll(List<ChunkLoad> wanted, Deadline deadline) throws TierException {
    DirectPath past = direct;
    List<ChunkLoad> loads = past == null ? wanted : past.read(wanted, deadline);
    int borrowed = 0;
    while (lends && borrowed < loads.size() && borrow(loads.get(borrowed), deadline)) {
      borrowed++;
    }
    if (borrowed < loads.size() && loads.get(borrowed).fault() == null) {
      tier.readAll(loads.subList(borrowed, loads.size()), deadline);
    }
  }

  private boolean borrow(ChunkLoad load, Deadline deadline) throws TierException {
    Lease lease = load.mayBorrow() ? tier.lease(load.key(), deadline) : null;
    return lease != null && load.borrow(lease);
  }

  private void examine(List<ChunkLoad> loads, long begun) {
    long ended = System.nanoTime();
    long firstHeader = ended;
    long bytes = 0;
    for (ChunkLoad load : loads) {
      TierException failure = load.failure();
      if (failure != null) {
        counters.failures.increment();
        tell(failure);
      }
      ChunkFault fault = load.fault();
      if (fault != null) {
        faulty(load.key(), fault);
      }
      if (load.isLoaded()) {
        firstHeader = Math.min(firstHeader, load.openedAt());
        bytes += load.storedBytes();
        count(load);
      }
    }
    if (bytes > 0) {
      speed.delivered(begun, firstHeader, ended, bytes);
    }
  }

  private void count(ChunkLoad load) {
    counters.loaded.increment();
    spiller.has(queue, load.key());
    if (load.isDirect()) {
      counters.direct.increment();
    }
    if (load.isLent()) {
      counters.borrowed.increment();
    } else {
      counters.loadedBytes.add(load.storedBytes());
    }
  }

  private void faulty(ChunkKey key, ChunkFault fault) {
    counters.faults(fault.kind()).increment();
    events.faulty(name(), key, fault);
    boolean goes = fault.blamesChunk() && damaged.add(key); // else it may serve others
    if (goes && !spiller.later(queue, () -> setAside(key, fault))) {
      damaged.remove(key);
      counters.setAsideDropped.increment();
    }
  }

  /** Before the chunk is stored anew, which waits in the same queue. */
  private void setAside(ChunkKey key, ChunkFault fault) {
    Deadline deadline = Deadline.after(stackTier.timeout());
    try {
      calls.call(
          "setting a chunk aside",
          deadline,
          () -> {
            tier.setAside(key, fault.toString(), deadline);
            return key;
          });
      counters.setAside.increment();
    } catch (TierException e) {
      tell(e);
    } finally {
      damaged.remove(key);
    }
  }

  /** See {@link TierWriter#store}. */
  private boolean store(SpillJob job) {
    if (calls.isResting()) {
      counters.skipped.increment();
      return false;
    }
    Deadline deadline = Deadline.after(stackTier.timeout().multipliedBy(WRITE_PATIENCE));
    try {
      return writer.store(job, direct, deadline);
    } catch (TierException e) {
      tell(e);
    } catch (RuntimeException | Error e) { // of an encoder
      counters.failures.increment();
      events.failed(new IllegalStateException("tier '" + name() + "' stores nothing: " + e, e));
    }
    return false;
  }

  private void tell(TierException failure) {
    if (!(failure instanceof TierUnavailableException) || !calls.isResting()) {
      events.failed(failure);
    }
  }

  /** Interrupts the calls under way, makes no more, and begins to close the tier. */
  void close(TierClosing closing) {
    calls.close();
    closing.begin(name(), tier::close);
  }
}
