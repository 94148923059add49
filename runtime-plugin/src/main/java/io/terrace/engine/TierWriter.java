/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.DevicePage;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Encodes chunks and stores them in a tier, with what leads to them, unless what is there says as
 * much. For one thread.
 */
final class TierWriter {
  /** A tail that disagrees with ours is somebody's until it is so old. */
  private static final long OLD_MILLIS = Duration.ofHours(1).toMillis();

  private final KvTier tier;
  private final ChunkCoding coding;
  private final DecoderPool decoders;
  private final TierCalls calls;
  private final TierCounters counters;
  private @Nullable ChunkEncoder encoder;

  /**
   * @param coding how chunks are stored
   * @param decoders for what is stored already
   * @param calls make all calls of the tier
   */
  TierWriter(
      KvTier tier,
      ChunkCoding coding,
      DecoderPool decoders,
      TierCalls calls,
      TierCounters counters) {
    this.tier = tier;
    this.coding = coding;
    this.decoders = decoders;
    this.calls = calls;
    this.counters = counters;
  }

  /**
   * Stores a chunk and the reference to it; the job's page may be in use a while longer, by a call
   * that does not end.
   *
   * @param direct whole chunks of which a device has a copy are stored from there; null for none
   * @return whether the tier has the chunk now
   */
  boolean store(SpillJob job, @Nullable DirectPath direct, Deadline deadline) throws TierException {
    boolean there = store(job, job.kind(), job.chunk(), direct, deadline);
    ChunkKey tailKey = job.tailKey();
    if (there && tailKey != null) {
      store(job, ChunkKind.REFERENCE, reference(job, tailKey), direct, deadline);
    }
    return there;
  }

  private static ChunkDescriptor reference(SpillJob job, ChunkKey tailKey) {
    ChunkDescriptor chunk = job.chunk();
    return new ChunkDescriptor(
        tailKey, chunk.parent(), chunk.startPosition(), chunk.positions(), chunk.geometry(), true);
  }

  private boolean store(
      SpillJob job,
      ChunkKind kind,
      ChunkDescriptor chunk,
      @Nullable DirectPath direct,
      Deadline deadline)
      throws TierException {
    if (kind != ChunkKind.FULL && !isNews(job, chunk.key(), deadline)) {
      counters.storedBefore.increment();
      return true;
    }
    Written written =
        kind == ChunkKind.FULL && direct != null ? fromDevice(job, direct, deadline) : null;
    if (written == null) {
      written = write(job, kind, chunk, deadline);
    }
    count(written);
    return written.result() == WriteResult.STORED || written.result() == WriteResult.PRESENT;
  }

  private Written write(SpillJob job, ChunkKind kind, ChunkDescriptor descriptor, Deadline deadline)
      throws TierException {
    return call(
        job,
        deadline,
        current -> {
          Chunk chunk = encode(current, job, kind, descriptor);
          return () ->
              new Written(
                  Objects.requireNonNull(tier.write(chunk, deadline), "no result of a write"),
                  chunk.storedBytes());
        },
        () -> {});
  }

  /** Null if the chunk is to be stored from the host. */
  private @Nullable Written fromDevice(SpillJob job, DirectPath direct, Deadline deadline)
      throws TierException {
    DevicePage page = direct.use(job.page());
    if (page == null) {
      return null;
    }
    Optional<WriteResult> result =
        call(
            job,
            deadline,
            current -> () -> Optional.ofNullable(direct.write(current, job, page, deadline)),
            () -> direct.letGo(job.page()));
    if (result.isEmpty()) {
      return null;
    }
    if (result.get() == WriteResult.STORED) {
      counters.storedDirect.increment();
    }
    return new Written(result.get(), ChunkHeader.BYTES + job.bytes());
  }

  /**
   * Makes a call that has the job's page, and an encoder with whatever it encoded, until it ends.
   *
   * @param prepare encodes, and makes the call of that
   * @param finished when the call has ended, while the page is still held
   */
  private <T> T call(
      SpillJob job,
      Deadline deadline,
      Function<ChunkEncoder, TierCalls.Call<T>> prepare,
      Runnable finished)
      throws TierException {
    ChunkEncoder current = encoder != null ? encoder : coding.encoder();
    encoder = null;
    TierCalls.Call<T> prepared = prepare.apply(current);
    job.retain();
    T result =
        calls.call(
            "storing a chunk",
            deadline,
            prepared,
            () -> {
              finished.run();
              job.release();
            });
    encoder = current;
    return result;
  }

  private record Written(WriteResult result, long bytes) {}

  private static Chunk encode(
      ChunkEncoder encoder, SpillJob job, ChunkKind kind, ChunkDescriptor chunk) {
    byte[] fingerprint = job.naming().fingerprint();
    int[] tokens = job.tokens().array();
    return kind == ChunkKind.REFERENCE
        ? encoder.reference(chunk, fingerprint, tokens, job.key())
        : encoder.encode(kind, chunk, fingerprint, tokens, job.page());
  }

  private void count(Written written) {
    switch (written.result()) {
      case STORED -> {
        counters.stored.increment();
        counters.storedBytes.add(written.bytes());
      }
      case PRESENT -> counters.storedBefore.increment();
      case NO_ROOM, ORPHAN -> counters.refused.increment();
    }
  }

  /**
   * Whether a tail or a reference says more than what is stored under its key: nothing is there, or
   * what is there is shorter and agrees, or it disagrees and is old.
   */
  private boolean isNews(SpillJob job, ChunkKey key, Deadline deadline) throws TierException {
    AtomicBoolean news = new AtomicBoolean(true);
    calls.call(
        "looking at a tail",
        deadline,
        () ->
            tier.read(
                key,
                (header, payloadBytes) -> {
                  news.set(isNews(job, header, payloadBytes));
                  return null;
                },
                deadline));
    return news.get(); // as it was set here where nobody asked: nothing is there
  }

  private boolean isNews(SpillJob job, MemorySegment memory, long payloadBytes) {
    ChunkDecoder decoder = decoders.take();
    try {
      if (decoder.accept(memory, payloadBytes) != null) {
        return true;
      }
      ChunkHeader header = decoder.header();
      int length = job.tokens().length();
      int common = header.commonPrefix(job.tokens().array(), 0, length);
      if (common < header.tokenCount() && common < length) {
        return header.created().toEpochMilli() < System.currentTimeMillis() - OLD_MILLIS;
      }
      return header.tokenCount() < length;
    } finally {
      decoders.giveBack(decoder);
    }
  }
}
