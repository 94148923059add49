/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Tiers that find the right bytes and bring them to the wrong place, or at the wrong time. */
final class BrokenDelivery {
  private BrokenDelivery() {}

  static List<BrokenTier> all() {
    return List.of(
        bytes("stops after the first MiB", FirstMiB::new, 203),
        bytes("fills as much as fits", AsMuchAsFits::new, 325),
        bytes("writes whole blocks", WholeBlocks::new, 321),
        bytes("fills memory from another thread, unprepared", OtherThread::new, 322),
        bytes("writes into memory after the read", WritesAfterwards::new, 326),
        bytes("has one buffer for all readers", OneBuffer::new, 703).maybe(204, 821),
        bytes("spoils a read that is under way at close", SpoiltByClose::new, 105),
        bytes("spoils a read that is under way at a remove", SpoiltByRemove::new, 406).maybe(821));
  }

  private static void copy(MemorySegment stage, MemorySegment memory) {
    MemorySegment.copy(stage, 0, memory, 0, stage.byteSize());
  }

  private static final class FirstMiB extends StagedTier {
    FirstMiB(KvTier right) {
      super(right);
    }

    @Override
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) {
      long most = Math.min(1 << 20, stage.byteSize());
      MemorySegment.copy(stage, 0, memory, 0, most);
    }
  }

  private static final class AsMuchAsFits extends StagedTier {
    AsMuchAsFits(KvTier right) {
      super(right);
    }

    @Override
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) {
      long most = Math.min(stage.byteSize(), memory.byteSize());
      MemorySegment.copy(stage, 0, memory, 0, most);
    }
  }

  private static final class WholeBlocks extends StagedTier {
    WholeBlocks(KvTier right) {
      super(right);
    }

    @Override
    @SuppressWarnings("restricted") // that is what is wrong with it
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) {
      copy(stage, memory);
      long blocks = (stage.byteSize() + 511) / 512 * 512;
      MemorySegment wide = MemorySegment.ofAddress(memory.address()).reinterpret(blocks);
      wide.asSlice(stage.byteSize()).fill((byte) 0);
    }
  }

  private static final class OtherThread extends StagedTier {
    OtherThread(KvTier right) {
      super(right);
    }

    @Override
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) {
      if (!memory.isAccessibleBy(new Thread(() -> {}))) {
        throw new WrongThreadException("as a copy in another thread would");
      }
      copy(stage, memory);
    }
  }

  private static final class WritesAfterwards extends StagedTier {
    private volatile MemorySegment last = MemorySegment.NULL;

    WritesAfterwards(KvTier right) {
      super(right);
    }

    @Override
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) {
      copy(stage, memory);
      if (last.byteSize() == 0) {
        last = memory;
      }
    }

    @Override
    public void close() {
      if (last.byteSize() > 0 && last.isAccessibleBy(Thread.currentThread())) {
        last.fill((byte) 0);
      }
      super.close();
    }
  }

  private static final class OneBuffer extends StagedTier {
    private static final int BYTES = 4 << 20;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BYTES);

    OneBuffer(KvTier right) {
      super(right);
    }

    @Override
    MemorySegment stage(long bytes) {
      return buffer.asSlice(0, bytes);
    }

    @Override
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) {
      LockSupport.parkNanos(200_000);
      copy(stage, memory);
    }
  }

  private static final class SpoiltByClose extends StagedTier {
    private volatile boolean closed;

    SpoiltByClose(KvTier right) {
      super(right);
    }

    @Override
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) {
      copy(stage, memory);
      if (closed) {
        memory.fill((byte) 0);
      }
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static final class SpoiltByRemove extends StagedTier {
    private final Set<ChunkKey> removed = ConcurrentHashMap.newKeySet();

    SpoiltByRemove(KvTier right) {
      super(right);
    }

    @Override
    void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory) throws TierException {
      copy(stage, memory);
      if (removed.contains(key) && !right.contains(key, Deadline.NEVER)) {
        memory.fill((byte) 0);
      }
    }

    @Override
    public void remove(ChunkKey key, Deadline deadline) throws TierException {
      removed.add(key);
      super.remove(key, deadline);
    }
  }
}
