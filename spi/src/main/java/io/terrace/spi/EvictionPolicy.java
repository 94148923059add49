/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * Says what the chunks of one tier are worth. The tier decides which of them may go, such as none
 * that others follow and none that is in use; of these the one that is worth least goes first, and
 * of several that are worth the same the one that was not used for the longest time.
 *
 * <p>Used by one thread at a time, perhaps under a lock of the tier: it must not block, nor call
 * the tier.
 */
public interface EvictionPolicy {
  /** A chunk is wanted, now: it was there, or has just been stored. */
  void used(CachedChunk chunk, long nowMillis);

  /** A chunk is not there any more, for whatever reason. */
  void gone(CachedChunk chunk);

  /**
   * What a chunk that is there is worth now: compared with others of the same moment, and nothing
   * else.
   */
  double worth(CachedChunk chunk, long nowMillis);
}
