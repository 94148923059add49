/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

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
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A tier that fails on purpose, now and then, and is another tier otherwise. Which call fails is
 * drawn from a seed, so that a run with one thread can be repeated; the seed of all of them is
 * {@link Seeds#get()} unless another is given.
 *
 * <pre>{@code
 * FaultyTier tier =
 *     new FaultyTier(new InMemoryTier(context)).with(Fault.IO_ERROR, 0.1).with(Fault.BIT_FLIP, 0.05);
 * ...
 * assertThat(tier.fired(Fault.BIT_FLIP)).as(tier.toString()).isGreaterThan(20);
 * }</pre>
 *
 * <p>Faults of reading strike {@link #read} alone; {@link #readAll} is made of reads, one after the
 * other. What was lent is never damaged: it is memory of this process.
 */
public final class FaultyTier implements KvTier {
  private final KvTier tier;
  private final FaultDice dice;

  /** A tier without faults, until {@link #with} adds some. */
  public FaultyTier(KvTier tier) {
    this(tier, Seeds.get());
  }

  public FaultyTier(KvTier tier, long seed) {
    this.tier = tier;
    dice = new FaultDice(seed);
  }

  /**
   * From now on a fault strikes, of all calls that it can strike, this part.
   *
   * @param probability 0 to 1
   */
  public FaultyTier with(Fault fault, double probability) {
    dice.set(fault, probability);
    return this;
  }

  /** How long {@link Fault#LATENCY} takes: 5 ms at most, unless set. */
  public FaultyTier withLatency(Duration most) {
    dice.setLatency(most);
    return this;
  }

  /** How often a fault has struck: a fault of a chunk that was not there does not count. */
  public long fired(Fault fault) {
    return dice.fired(fault);
  }

  /** The tier that does the work. */
  public KvTier inner() {
    return tier;
  }

  /** The seed, and how often each fault has struck. */
  @Override
  public String toString() {
    return dice.toString();
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
    dice.strikeCall("look for " + key, deadline);
    disappear(key);
    return tier.contains(key, deadline);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    dice.strikeCall("read " + key, deadline);
    disappear(key);
    if (dice.isDue(Fault.SHORT_READ)) {
      return new FaultyRead(sink, dice).readShort(tier, key, deadline);
    }
    if (dice.isDue(Fault.BIT_FLIP)) {
      return new FaultyRead(sink, dice).readFlipped(tier, key, deadline);
    }
    return tier.read(key, sink, deadline);
  }

  @Override
  public @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
    dice.strikeCall("lend " + key, deadline);
    disappear(key);
    return tier.lease(key, deadline);
  }

  private void disappear(ChunkKey key) throws TierException {
    if (dice.isDue(Fault.DISAPPEAR) && tier.contains(key, Deadline.NEVER)) {
      tier.remove(key, Deadline.NEVER);
      dice.count(Fault.DISAPPEAR);
    }
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    dice.strikeCall("write " + chunk.key(), deadline);
    return tier.write(chunk, deadline);
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    dice.strikeCall("remove " + key, deadline);
    tier.remove(key, deadline);
  }

  @Override
  public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    dice.strikeCall("set aside " + key, deadline);
    tier.setAside(key, reason, deadline);
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    dice.strikeCall("list chunks", deadline);
    return tier.list(after, limit, deadline);
  }

  @Override
  public long reclaim(long bytes) {
    return tier.reclaim(bytes);
  }

  @Override
  public List<Finding> examine(Deadline deadline) throws TierException {
    dice.strikeCall("examine the store", deadline);
    return tier.examine(deadline);
  }

  @Override
  public Collected collect(Deadline deadline) throws TierException {
    dice.strikeCall("collect", deadline);
    return tier.collect(deadline);
  }

  @Override
  public SortedMap<String, Long> counters() {
    return tier.counters();
  }

  @Override
  public void close() {
    tier.close();
  }
}
