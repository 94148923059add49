/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A store of chunks. Knows no other tier, and nothing of what is in a header or a payload: it keeps
 * bytes under keys. The rules that every tier keeps, by number, are in the README of this module;
 * the test kit beside it proves them.
 *
 * <p>Safe for use by several threads. Calls may block, up to their deadline: the engine makes them
 * on platform threads that only this tier has, never on one of the runtime's, so that calls may
 * wait in native functions as well. The exception is a tier that {@linkplain
 * Capabilities#retainsPages keeps pages}: it is called on the runtime's threads, under a lock of
 * the engine, and must return within microseconds.
 *
 * <p>An interrupt ends a call early with a {@link TierException}; the thread's interrupt flag is
 * set again.
 */
public interface KvTier extends ChunkReader, ChunkWriter, ChunkRemover, ChunkLister, AutoCloseable {
  /** What the tier can do. The same at every call. */
  Capabilities capabilities();

  /**
   * Gives memory back, least useful chunks first, as far as no session uses them. Only asked of a
   * tier that keeps pages.
   *
   * @param bytes how much is wanted
   * @return how many bytes of pages became free
   */
  default long reclaim(long bytes) {
    return 0;
  }

  /** The way into device memory; null if there is none. The same at every call. */
  default @Nullable DevicePath devicePath() {
    return null;
  }

  /**
   * Looks at the store and at the machine, for a person who asks. May store and remove something of
   * its own; leaves chunks alone.
   *
   * @return in the order to be read; empty if the tier has nothing to say, or is closed
   * @throws TierException if even that cannot be found out
   */
  default List<Finding> examine(Deadline deadline) throws TierException {
    return List.of();
  }

  /**
   * Applies the tier's limits of size and age now, and clears away what broken writes left behind.
   * A tier with limits does so by itself as well. Two instances may collect at once. What is given
   * up is told to the {@linkplain TierContext#evicted context}. Nothing once the tier is closed.
   *
   * @throws TierException if it could not be finished by the deadline; what was removed stays so
   */
  default Collected collect(Deadline deadline) throws TierException {
    return Collected.NOTHING;
  }

  /**
   * What the tier counts of itself since it was opened, for metrics: {@code read.direct.bytes}.
   * Names are small letters, digits and dots, always the same ones; values never go down. Called at
   * any time, also after the end, and returns at once: a copy, which does not change any more.
   */
  default SortedMap<String, Long> counters() {
    return Collections.emptySortedMap();
  }

  /**
   * Ends the tier: waits for writes under way, and gives every page back that it retained. Calls
   * after it find nothing and store nothing, without an exception; so may calls under way, or they
   * fail. A {@link Lease} that is out stays valid. Closing again does nothing.
   */
  @Override
  void close();
}
