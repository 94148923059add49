/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** Tiers whose life, deadlines, interrupts or messages are wrong. */
final class BrokenTimes {
  private BrokenTimes() {}

  static List<BrokenTier> all() {
    return List.of(
        bytes("says something else once it is closed", ChangesItsMind::new, 102),
        bytes("cannot be closed twice", ClosesOnce::new, 103),
        bytes("writes after close", WritesAfterClose::new, 104, 106, 423),
        bytes("says that it is durable", Forgetful::new, 107),
        bytes(
            "says that it is direct",
            right -> new Says(right, right.capabilities().withDirectPath()),
            702),
        bytes("reads one after the other and says it reads several", OneByOne::new, 703),
        bytes("calls missing what it has no time for", LateIsMissing::new, 801),
        bytes("waits beyond its deadline", IgnoresDeadline::new, 802),
        bytes("takes the interrupt flag", TakesFlag::new, 803),
        bytes("waits on when interrupted", IgnoresInterrupt::new, 804),
        bytes("throws what it likes", ThrowsAnything::new, 805),
        bytes("tells whole keys", TellsKeys::new, 806));
  }

  private static final class ChangesItsMind extends ForwardingTier {
    private boolean closed;

    ChangesItsMind(KvTier right) {
      super(right);
    }

    @Override
    public Capabilities capabilities() {
      return closed ? Capabilities.inProcess() : right.capabilities();
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static final class ClosesOnce extends ForwardingTier {
    private boolean closed;

    ClosesOnce(KvTier right) {
      super(right);
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("closed already");
      }
      closed = true;
      super.close();
    }
  }

  private static final class WritesAfterClose extends ForwardingTier {
    private final KvTier other;

    WritesAfterClose(KvTier right) {
      super(right);
      other = new InMemoryTier(new RecordingContext());
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      WriteResult result = right.write(chunk, deadline);
      return result == WriteResult.NO_ROOM ? other.write(chunk, deadline) : result;
    }
  }

  private static final class Forgetful extends ForwardingTier {
    private final Set<ChunkKey> written = ConcurrentHashMap.newKeySet();

    Forgetful(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      WriteResult result = super.write(chunk, deadline);
      if (result == WriteResult.STORED) {
        written.add(chunk.key());
      }
      return result;
    }

    @Override
    public void close() {
      try {
        right.removeAll(written, Deadline.NEVER);
      } catch (TierException e) {
        throw new IllegalStateException(e);
      }
      super.close();
    }
  }

  private static final class OneByOne extends ForwardingTier {
    private final Semaphore reading = new Semaphore(1);

    OneByOne(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      try {
        if (!reading.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
          throw new TierException("no time left to read " + key);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TierException("interrupted, did not read " + key, e);
      }
      try {
        return right.read(key, sink, deadline);
      } finally {
        reading.release();
      }
    }
  }

  private static final class LateIsMissing extends ForwardingTier {
    LateIsMissing(KvTier right) {
      super(right);
    }

    @Override
    public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
      return !deadline.isOver() && right.contains(key, deadline);
    }
  }

  /** Lists only while nobody reads. */
  private abstract static class Exclusive extends ForwardingTier {
    final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    Exclusive(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      lock.readLock().lock();
      try {
        return right.read(key, sink, deadline);
      } finally {
        lock.readLock().unlock();
      }
    }

    @Override
    public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
      await(deadline);
      try {
        return right.list(after, limit, deadline);
      } finally {
        lock.writeLock().unlock();
      }
    }

    abstract void await(Deadline deadline) throws TierException;
  }

  private static final class IgnoresDeadline extends Exclusive {
    IgnoresDeadline(KvTier right) {
      super(right);
    }

    @Override
    void await(Deadline deadline) throws TierException {
      try {
        lock.writeLock().lockInterruptibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TierException("interrupted, did not list", e);
      }
    }
  }

  private static final class IgnoresInterrupt extends Exclusive {
    IgnoresInterrupt(KvTier right) {
      super(right);
    }

    @Override
    void await(Deadline deadline) throws TierException {
      boolean interrupted = false;
      boolean locked = false;
      while (!locked) {
        try {
          locked = lock.writeLock().tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
          if (!locked) {
            throw new TierException("no time left to list");
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class TakesFlag extends ForwardingTier {
    TakesFlag(KvTier right) {
      super(right);
    }

    @Override
    public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
      if (Thread.interrupted()) {
        throw new TierException("interrupted, did not look for " + key);
      }
      return right.contains(key, deadline);
    }
  }

  private static final class ThrowsAnything extends ForwardingTier {
    ThrowsAnything(KvTier right) {
      super(right);
    }

    @Override
    public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
      try {
        return right.contains(key, deadline);
      } catch (TierUnavailableException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class TellsKeys extends ForwardingTier {
    TellsKeys(KvTier right) {
      super(right);
    }

    @Override
    public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
      if (deadline.isOver()) {
        throw new TierException("no time to look for chunks/" + key.hex());
      }
      return right.contains(key, deadline);
    }
  }
}
