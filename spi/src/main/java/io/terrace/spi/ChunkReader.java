/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The role of a tier that finds and reads chunks. */
public interface ChunkReader {
  /**
   * Whether the chunk was here a moment ago. Does not count as a use of it.
   *
   * @throws TierException if that cannot be known
   */
  boolean contains(ChunkKey key, Deadline deadline) throws TierException;

  /**
   * As {@link #contains} for several chunks.
   *
   * @return the indexes in {@code keys} of those that are here; may leave out any that follow the
   *     first that is not
   * @throws TierException if that cannot be known
   */
  default BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    BitSet here = new BitSet(keys.size());
    for (int i = 0; i < keys.size() && contains(keys.get(i), deadline); i++) {
      here.set(i);
    }
    return here;
  }

  /**
   * Reads a chunk, and counts that as a use of it.
   *
   * @param sink gives the memory. Called without a lock of the tier held: it may take its time, and
   *     use the tier itself. Nothing beyond what it gave is written, and nothing after the return
   * @throws TierException if the chunk may be here but could not be read by the deadline
   */
  ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException;

  /**
   * Reads chunks that follow each other in a prompt, the first one first. Each request is told its
   * end once, as soon as it is known and before the batch returns. What follows the first chunk
   * that did not come (missing, refused or failed) is of no use: a tier may call it {@linkplain
   * ReadOutcome#MISSING missing} without looking.
   *
   * <p>What a sink throws fails its own request, as the cause of the {@link TierException}; the
   * batch itself throws nothing.
   *
   * <p>The default reads one after the other. A tier that reads several at once overrides it.
   *
   * @param requests at least one
   * @param deadline for the whole batch
   */
  default void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    boolean useful = true;
    for (ReadRequest request : requests) {
      if (!useful) {
        request.done(ReadOutcome.MISSING);
        continue;
      }
      try {
        ReadOutcome outcome = read(request.key(), request.sink(), deadline);
        useful = outcome == ReadOutcome.FOUND;
        request.done(outcome);
      } catch (TierException e) {
        useful = false;
        request.failed(e);
      } catch (RuntimeException e) {
        useful = false;
        request.failed(new TierException("reading " + request.key() + " was broken off", e));
      }
    }
  }

  /**
   * Lends a chunk's memory in place, and counts that as a use of it.
   *
   * @return null if the chunk is not here, or if the tier does not lend it: it may still be read
   * @throws TierException if the chunk may be here but could not be reached by the deadline
   */
  default @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
    return null;
  }
}
