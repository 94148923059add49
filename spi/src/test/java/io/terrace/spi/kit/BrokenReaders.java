/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tiers that look wrong, or talk wrong to their sinks. */
final class BrokenReaders {
  private BrokenReaders() {}

  static List<BrokenTier> all() {
    return List.of(
        bytes("asks the sink on a miss", AsksOnMiss::new, 301),
        bytes("tells a length that is too long", LengthTooLong::new, 302),
        bytes("remembers what was written", StaleIndex::new, 303, 401, 403, 405, 406, 421, 422, 701)
            .maybe(821),
        bytes("containsAll takes the first for all", FirstForAll::new, 304),
        bytes("mends a header", MendsHeader::new, 305),
        bytes("pads a header that is too short", PadsHeader::new, 306),
        bytes("calls a refused chunk missing", RefusedIsMissing::new, 323),
        bytes("wraps what the sink throws", WrapsSink::new, 324));
  }

  private static final class AsksOnMiss extends ForwardingTier {
    AsksOnMiss(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      ReadOutcome outcome = right.read(key, sink, deadline);
      if (outcome == ReadOutcome.MISSING) {
        sink.accept(Arena.ofAuto().allocate(ChunkHeader.BYTES), 0);
      }
      return outcome;
    }
  }

  private static final class LengthTooLong extends ForwardingTier {
    LengthTooLong(KvTier right) {
      super(right);
    }

    /** One length only, or every rule that reads would find it. */
    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      int positions = TestChunks.SMALL.compactBytes(23);
      return right.read(
          key,
          (header, bytes) -> sink.accept(header, bytes == positions ? bytes + 1 : bytes),
          deadline);
    }
  }

  private static final class StaleIndex extends ForwardingTier {
    private final Set<ChunkKey> written = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    StaleIndex(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      WriteResult result = right.write(chunk, deadline);
      if (result == WriteResult.STORED) {
        written.add(chunk.key());
      }
      return result;
    }

    @Override
    public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
      return (!closed && written.contains(key)) || right.contains(key, deadline);
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static final class FirstForAll extends ForwardingTier {
    FirstForAll(KvTier right) {
      super(right);
    }

    @Override
    public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
      BitSet here = right.containsAll(keys, deadline);
      if (here.get(0)) {
        here.set(0, keys.size());
      }
      return here;
    }
  }

  private static final class MendsHeader extends ForwardingTier {
    MendsHeader(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      return right.read(key, (header, bytes) -> sink.accept(mended(header), bytes), deadline);
    }

    private static MemorySegment mended(MemorySegment header) {
      MemorySegment copy = Arena.ofAuto().allocate(header.byteSize() + 1);
      copy = copy.asSlice(0, header.byteSize()).copyFrom(header);
      if (header.byteSize() == ChunkHeader.BYTES) {
        copy.set(ValueLayout.JAVA_BYTE, 0, (byte) 'T');
      }
      return copy;
    }
  }

  private static final class PadsHeader extends ForwardingTier {
    PadsHeader(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      return right.read(key, (header, bytes) -> sink.accept(padded(header), bytes), deadline);
    }

    private static MemorySegment padded(MemorySegment header) {
      MemorySegment copy = Arena.ofAuto().allocate(ChunkHeader.BYTES);
      MemorySegment.copy(header, 0, copy, 0, header.byteSize());
      return copy;
    }
  }

  private static final class RefusedIsMissing extends ForwardingTier {
    RefusedIsMissing(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      ReadOutcome outcome = right.read(key, sink, deadline);
      return outcome == ReadOutcome.REFUSED ? ReadOutcome.MISSING : outcome;
    }
  }

  private static final class WrapsSink extends ForwardingTier {
    WrapsSink(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      try {
        return right.read(key, sink, deadline);
      } catch (UnsupportedOperationException e) {
        throw new TierException("could not read " + key, e);
      }
    }
  }
}
