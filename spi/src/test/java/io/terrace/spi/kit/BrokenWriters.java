/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Tiers that write wrong. */
final class BrokenWriters {
  private BrokenWriters() {}

  static List<BrokenTier> all() {
    return List.of(
        bytes("spoils chunks that follow another", SpoilsChains::new, 201, 628),
        bytes("has no room for empty payloads", NoEmptyPayload::new, 202, 207),
        bytes("writes tails in place", InPlace::new, 204).maybe(210, 821),
        bytes("writes full chunks again", WritesAgain::new, 205, 701),
        bytes("keeps the first tail", KeepsFirstTail::new, 206, 207, 701),
        bytes("takes whole references for full chunks", ReferenceIsFull::new, 207),
        bytes("keeps the caller's memory", KeepsMemory::new, 208, 305),
        bytes("swaps bytes in the caller's memory", SwapsBytes::new, 208, 209, 224, 423),
        bytes("has one temporary place for all writers", OnePlace::new, 210).maybe(821),
        bytes("leaves a header when it is late", LeavesHeader::new, 221),
        bytes("removes the old tail before it has the new one", RemovesFirst::new, 221),
        bytes("leaves a header when the memory is gone", LeavesPart::new, 222),
        bytes("does not tell that the store is broken", TellsNoError::new, 223),
        bytes("takes aligned memory only", AlignedOnly::new, 224),
        bytes("says that it has orphans", MakesUpOrphans::new, 628));
  }

  /** Writes with a change. */
  private abstract static class Writer extends ForwardingTier {
    Writer(KvTier right) {
      super(right);
    }

    @Override
    public abstract WriteResult write(Chunk chunk, Deadline deadline) throws TierException;

    final WriteResult write(Chunk chunk, MemorySegment payload, boolean replaces, Deadline deadline)
        throws TierException {
      ChunkDescriptor d = chunk.descriptor();
      ChunkDescriptor descriptor =
          new ChunkDescriptor(
              d.key(), d.parent(), d.startPosition(), d.positions(), d.geometry(), replaces);
      return right.write(Chunk.ofBytes(descriptor, chunk.header(), payload), deadline);
    }
  }

  private static MemorySegment copy(MemorySegment bytes) {
    MemorySegment copy = Arena.ofAuto().allocate(bytes.byteSize() + 1);
    return copy.asSlice(0, bytes.byteSize()).copyFrom(bytes);
  }

  private static final class NoEmptyPayload extends Writer {
    NoEmptyPayload(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      return chunk.payload().byteSize() == 0 ? WriteResult.NO_ROOM : right.write(chunk, deadline);
    }
  }

  private static final class InPlace extends Writer {
    InPlace(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      if (chunk.descriptor().replaces() && chunk.payload().byteSize() > 0) {
        MemorySegment half = copy(chunk.payload());
        half.asSlice(half.byteSize() / 2).fill((byte) 0);
        write(chunk, half, true, deadline);
        LockSupport.parkNanos(200_000);
      }
      return right.write(chunk, deadline);
    }
  }

  private static final class WritesAgain extends Writer {
    WritesAgain(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      return write(chunk, chunk.payload(), true, deadline);
    }
  }

  private static final class KeepsFirstTail extends Writer {
    KeepsFirstTail(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      return write(chunk, chunk.payload(), false, deadline);
    }
  }

  private static final class ReferenceIsFull extends Writer {
    ReferenceIsFull(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      ChunkDescriptor d = chunk.descriptor();
      boolean tail = d.positions() < d.geometry().chunkTokens();
      return write(chunk, chunk.payload(), tail, deadline);
    }
  }

  private static final class KeepsMemory extends Writer {
    private final Map<ChunkKey, MemorySegment> kept = new ConcurrentHashMap<>();

    KeepsMemory(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      WriteResult result = right.write(chunk, deadline);
      boolean lives = chunk.payload().address() % 4096 == 0; // the rules free no such memory
      if (result == WriteResult.STORED && lives && !chunk.descriptor().replaces()) {
        kept.put(chunk.key(), chunk.payload());
      }
      return result;
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      MemorySegment payload = kept.get(key);
      MemorySegment[] memory = {MemorySegment.NULL};
      ReadOutcome outcome =
          right.read(
              key,
              (header, bytes) -> {
                MemorySegment given = sink.accept(header, bytes);
                memory[0] = given == null ? MemorySegment.NULL : given;
                return given;
              },
              deadline);
      if (payload != null && memory[0].byteSize() == payload.byteSize()) {
        memory[0].copyFrom(payload);
      }
      return outcome;
    }

    @Override
    public void remove(ChunkKey key, Deadline deadline) throws TierException {
      kept.remove(key);
      super.remove(key, deadline);
    }
  }

  private static final class SwapsBytes extends Writer {
    SwapsBytes(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      if (!chunk.descriptor().replaces() && chunk.payload().address() % 4096 == 0) {
        chunk.payload().set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
      }
      return right.write(chunk, deadline);
    }
  }

  private static final class OnePlace extends Writer {
    private final MemorySegment place = Arena.ofAuto().allocate(4 << 20);

    OnePlace(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      if (!chunk.descriptor().replaces()) {
        return right.write(chunk, deadline);
      }
      MemorySegment payload = place.asSlice(0, chunk.payload().byteSize());
      payload.copyFrom(chunk.payload());
      LockSupport.parkNanos(payload.byteSize() > 400 ? 3_000_000 : 200_000); // the longer ends last
      return write(chunk, payload, true, deadline);
    }
  }

  private static final class LeavesHeader extends Writer {
    LeavesHeader(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      if (deadline.isOver() && !chunk.descriptor().replaces()) {
        write(chunk, chunk.payload().asSlice(0, 0), false, Deadline.NEVER);
      }
      return right.write(chunk, deadline);
    }
  }

  private static final class RemovesFirst extends Writer {
    RemovesFirst(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      if (chunk.descriptor().replaces()) {
        right.remove(chunk.key(), Deadline.NEVER);
      }
      return right.write(chunk, deadline);
    }
  }

  private static final class LeavesPart extends Writer {
    LeavesPart(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      try {
        return right.write(chunk, deadline);
      } catch (IllegalStateException e) {
        write(chunk, MemorySegment.NULL, false, deadline);
        throw e;
      }
    }
  }

  private static final class TellsNoError extends Writer {
    TellsNoError(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      try {
        return right.write(chunk, deadline);
      } catch (TierUnavailableException e) {
        return WriteResult.STORED;
      }
    }
  }

  private static final class SpoilsChains extends Writer {
    SpoilsChains(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      if (chunk.descriptor().isFirst()) {
        return right.write(chunk, deadline);
      }
      MemorySegment payload = copy(chunk.payload());
      payload.asSlice(payload.byteSize() / 2).fill((byte) 0);
      return write(chunk, payload, false, deadline);
    }
  }

  private static final class AlignedOnly extends Writer {
    AlignedOnly(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      if (chunk.payload().address() % 8 != 0) {
        throw new TierException("the payload of " + chunk.key() + " is not aligned");
      }
      return right.write(chunk, deadline);
    }
  }

  private static final class MakesUpOrphans extends Writer {
    MakesUpOrphans(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      ChunkDescriptor d = chunk.descriptor();
      boolean orphan = !d.isFirst() && !right.contains(d.parent(), deadline);
      return orphan ? WriteResult.STORED : right.write(chunk, deadline);
    }
  }
}
