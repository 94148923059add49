/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;

/**
 * Another tier that fails, hangs, lies, fills up and goes away on purpose, each now and then, as a
 * {@link FaultClock} says. What it does to others is counted by itself as {@code fault.KIND}; what
 * it stores stays as it was.
 */
final class FaultyTier extends WrappingTier {
  /** So late that nobody waits any more: the engine allows a tier some 50 ms more. */
  private static final long LATE_NANOS = Duration.ofMillis(100).toNanos();

  private static final long LATER_NANOS = Duration.ofMillis(400).toNanos();
  private static final long LONGEST_NANOS = Duration.ofSeconds(10).toNanos();

  private final FaultClock clock;
  private final Ticker ticker;
  private final Donors donors = new Donors();

  FaultyTier(WrappedTier wrapped, FaultClock clock, Ticker ticker) {
    super(wrapped.tier(), wrapped.loader());
    this.clock = clock;
    this.ticker = ticker;
  }

  private static IllegalStateException broken(String what) {
    return new IllegalStateException("broken on purpose, did not " + what);
  }

  private void strike(Fault fails, Fault breaks, String what) throws TierException {
    if (clock.strikes(Fault.UNAVAILABLE)) {
      throw new TierUnavailableException("unavailable on purpose, did not " + what);
    }
    if (clock.strikes(fails)) {
      throw new TierException("failed on purpose, did not " + what);
    }
    if (clock.strikes(breaks)) {
      throw broken(what);
    }
  }

  /** Waits until the deadline is over, and a while longer; an interrupt is kept for later. */
  private void hang(Deadline deadline) {
    long left = Math.min(deadline.remainingNanos(), LONGEST_NANOS);
    long until = ticker.nanoTime() + left + LATE_NANOS + clock.draw(LATER_NANOS);
    boolean interrupted = false;
    for (long now = ticker.nanoTime(); now - until < 0; now = ticker.nanoTime()) {
      try {
        ticker.sleep(until - now);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Holds a look-up's answer back. */
  private void hangLook(Deadline deadline) {
    if (clock.strikes(Fault.LOOK_HANGS)) {
      hang(deadline);
    }
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    if (isClosed()) {
      return false;
    }
    strike(Fault.LOOK_FAILS, Fault.LOOK_BREAKS, "look for " + key);
    boolean here = !clock.goesOn(Fault.EMPTY) && super.contains(key, deadline);
    hangLook(deadline);
    return here;
  }

  @Override
  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    if (isClosed()) {
      return new BitSet();
    }
    strike(Fault.LOOK_FAILS, Fault.LOOK_BREAKS, "look for " + keys.size() + " chunks");
    BitSet here = clock.goesOn(Fault.EMPTY) ? new BitSet() : super.containsAll(keys, deadline);
    hangLook(deadline);
    return here;
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    if (isClosed()) {
      return ReadOutcome.MISSING;
    }
    strike(Fault.READ_FAILS, Fault.READ_BREAKS, "read " + key);
    if (clock.goesOn(Fault.EMPTY) || isGone(key, deadline)) {
      return ReadOutcome.MISSING;
    }
    FaultyRead read = new FaultyRead(sink, clock, donors);
    return read.end(super.read(key, read, deadline));
  }

  private boolean isGone(ChunkKey key, Deadline deadline) throws TierException {
    if (!clock.isDue(Fault.CHUNK_GONE) || !super.contains(key, deadline)) {
      return false;
    }
    super.remove(key, deadline);
    clock.struck(Fault.CHUNK_GONE);
    return true;
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    if (isClosed() || clock.goesOn(Fault.EMPTY)) {
      requests.forEach(request -> request.done(ReadOutcome.MISSING));
      return;
    }
    if (clock.isDue(Fault.READ_HANGS)) {
      readLate(requests, deadline);
      return;
    }
    if (clock.strikes(Fault.READ_BREAKS)) {
      List<LateRead> taken = requests.stream().map(LateRead::new).toList();
      super.readAll(taken, deadline);
      throw broken("read " + requests.size() + " chunks"); // and none of them is told its end
    }
    try {
      strike(Fault.READ_FAILS, Fault.READ_BREAKS, "read " + requests.size() + " chunks");
      isGone(requests.getLast().key(), deadline);
    } catch (TierException e) {
      requests.forEach(request -> request.failed(e));
      return;
    }
    super.readAll(requests.stream().map(FaultyRequest::new).toList(), deadline);
  }

  private void readLate(List<? extends ReadRequest> requests, Deadline deadline) {
    List<LateRead> late = new ArrayList<>(requests.stream().map(LateRead::new).toList());
    super.readAll(late, deadline);
    if (late.stream().anyMatch(LateRead::hasMemory)) {
      clock.struck(Fault.READ_HANGS);
      hang(deadline);
    }
    late.forEach(LateRead::end);
  }

  /** A request whose chunk may become another one. */
  private final class FaultyRequest implements ReadRequest {
    private final ReadRequest request;
    private final FaultyRead read;

    FaultyRequest(ReadRequest request) {
      this.request = request;
      read = new FaultyRead(request.sink(), clock, donors);
    }

    @Override
    public ChunkKey key() {
      return request.key();
    }

    @Override
    public ChunkSink sink() {
      return read;
    }

    @Override
    public void done(ReadOutcome outcome) {
      request.done(read.end(outcome));
    }

    @Override
    public void failed(TierException failure) {
      request.failed(failure);
    }
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    if (isClosed() || clock.goesOn(Fault.NO_ROOM)) {
      return WriteResult.NO_ROOM;
    }
    String what = "write " + chunk.key();
    if (clock.strikes(Fault.WRITE_HANGS)) {
      hang(deadline);
      return super.write(chunk, Deadline.after(Duration.ofSeconds(1)));
    }
    if (clock.goesOn(Fault.DISK_FULL)) {
      throw new TierException("no space left on the device, on purpose: did not " + what);
    }
    strike(Fault.WRITE_FAILS, Fault.WRITE_BREAKS, what);
    WriteResult result = super.write(chunk, deadline);
    if (result == WriteResult.STORED) {
      donors.keep(chunk);
    }
    return result;
  }

  @Override
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> counts = clock.counts();
    counts.putAll(super.counters());
    return counts;
  }
}
