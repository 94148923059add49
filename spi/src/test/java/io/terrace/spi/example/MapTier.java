/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.example;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The least that a tier can be: header and payload, joined, in memory of its own. */
public final class MapTier implements KvTier {
  private record Stored(MemorySegment bytes, Instant written) {}

  private final NavigableMap<ChunkKey, Stored> chunks = new ConcurrentSkipListMap<>();
  private boolean closed;

  @Override
  public Capabilities capabilities() {
    return Capabilities.inProcess().withConcurrency(64);
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) {
    return chunks.containsKey(key);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) {
    Stored stored = chunks.get(key);
    if (stored == null) {
      return ReadOutcome.MISSING;
    }
    MemorySegment payload = stored.bytes().asSlice(ChunkHeader.BYTES);
    MemorySegment header = stored.bytes().asSlice(0, ChunkHeader.BYTES);
    MemorySegment target = sink.ask(header.asReadOnly(), payload.byteSize());
    if (target == null) {
      return ReadOutcome.REFUSED;
    }
    target.copyFrom(payload);
    return ReadOutcome.FOUND;
  }

  @Override
  public synchronized WriteResult write(Chunk chunk, Deadline deadline) {
    if (closed) {
      return WriteResult.NO_ROOM;
    }
    if (chunks.containsKey(chunk.key()) && !chunk.descriptor().replaces()) {
      return WriteResult.PRESENT;
    }
    MemorySegment header = chunk.header();
    MemorySegment payload = chunk.payload();
    MemorySegment bytes = Arena.ofAuto().allocate(header.byteSize() + payload.byteSize());
    MemorySegment.copy(header, 0, bytes, 0, header.byteSize());
    MemorySegment.copy(payload, 0, bytes, header.byteSize(), payload.byteSize());
    chunks.put(chunk.key(), new Stored(bytes, Instant.now()));
    return WriteResult.STORED;
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) {
    chunks.remove(key);
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) {
    List<StoredChunk> part = new ArrayList<>();
    var rest = after == null ? chunks : chunks.tailMap(ChunkKey.parse(after), false);
    for (var each : rest.entrySet()) {
      Stored stored = each.getValue();
      part.add(new StoredChunk(each.getKey(), stored.bytes().byteSize(), stored.written()));
      if (part.size() == limit) {
        return new Listing(part, each.getKey().hex());
      }
    }
    return new Listing(part, null);
  }

  @Override
  public synchronized void close() {
    closed = true;
    chunks.clear();
  }
}
