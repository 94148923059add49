/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Copies of whole chunks that were stored lately, to stand in for others. Safe for threads. */
final class Donors {
  private static final int MOST = 16;

  private final Deque<Donor> kept = new ArrayDeque<>();

  /** A whole chunk as it was stored. */
  record Donor(ChunkHeader header, MemorySegment payload) {
    /**
     * This chunk as if it were another one: with that one's names, and checksums that fit.
     *
     * @param other a whole chunk
     */
    MemorySegment under(ChunkHeader other) {
      ChunkDescriptor named =
          new ChunkDescriptor(
              other.key(), other.parent(), 0, header.positions(), header.geometry());
      return new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES, Long.BYTES))
          .begin(
              ChunkKind.FULL,
              named,
              other.fingerprint(),
              header.tokens(),
              0,
              other.created().toEpochMilli())
          .encoded(header.encoding(), header.storedBytes())
          .checksum(header.checksumKind(), payload)
          .finish();
    }
  }

  /** Keeps a copy of a chunk, if it is whole. */
  void keep(Chunk chunk) {
    ChunkHeader header = new ChunkHeader(copy(chunk.header()));
    if (header.kind() != ChunkKind.FULL) {
      return;
    }
    Donor donor = new Donor(header, copy(chunk.payload()));
    synchronized (this) {
      kept.addFirst(donor);
      if (kept.size() > MOST) {
        kept.removeLast();
      }
    }
  }

  private static MemorySegment copy(MemorySegment bytes) {
    return Arena.ofAuto()
        .allocate(Math.max(1, bytes.byteSize()), Long.BYTES)
        .asSlice(0, bytes.byteSize())
        .copyFrom(bytes);
  }

  /**
   * A chunk that can stand in for a whole one.
   *
   * @return with a payload of that length and other tokens; null if there is none
   */
  @Nullable Donor of(ChunkHeader wanted, long payloadBytes) {
    int[] tokens = wanted.tokens();
    synchronized (this) {
      for (Donor donor : kept) {
        if (donor.payload().byteSize() == payloadBytes
            && !Arrays.equals(donor.header().tokens(), tokens)) {
          return donor;
        }
      }
    }
    return null;
  }
}
