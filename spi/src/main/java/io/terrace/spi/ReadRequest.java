/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * One chunk of a batch that is read. The tier calls exactly one of {@link #done} and {@link
 * #failed}, once, as soon as it knows and before the batch returns, from any thread and without a
 * lock held. Neither throws.
 */
public interface ReadRequest {
  /** The chunk that is wanted. */
  ChunkKey key();

  /** Where it goes. */
  ChunkSink sink();

  /**
   * The read is over; if the chunk was {@linkplain ReadOutcome#FOUND found}, its memory is full.
   */
  void done(ReadOutcome outcome);

  /** The read failed; its memory may hold anything and is not touched any more. */
  void failed(TierException failure);
}
