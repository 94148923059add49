/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.util.Collection;

/** The role of a tier that forgets chunks. */
public interface ChunkRemover {
  /**
   * Forgets a chunk, and with it whatever can be reached through it only. Forgetting what is not
   * here is no error. A {@link Lease} that is out stays valid.
   *
   * @throws TierException if the chunk may still be found
   */
  void remove(ChunkKey key, Deadline deadline) throws TierException;

  /**
   * As {@link #remove} for several chunks.
   *
   * @throws TierException if any of them may still be found
   */
  default void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws TierException {
    for (ChunkKey key : keys) {
      remove(key, deadline);
    }
  }

  /**
   * Takes a chunk out of service that turned out to be damaged or not what its key says. A durable
   * tier keeps it aside for a human to look at; the default forgets it.
   *
   * @param reason what is wrong with it, in a few words
   * @throws TierException if the chunk may still be found
   */
  default void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    remove(key, deadline);
  }
}
