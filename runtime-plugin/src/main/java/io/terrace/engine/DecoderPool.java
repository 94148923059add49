/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.concurrent.LinkedBlockingDeque;

/**
 * Decoders of one tier, made when more are needed at once. Each may own memory as large as a page,
 * which is no part of the pool's budget: only a few are kept for later.
 *
 * <p>Safe for use by several threads.
 */
final class DecoderPool {
  private final ChunkCoding coding;
  private final LinkedBlockingDeque<ChunkDecoder> idle;

  /**
   * @param mostIdle how many are kept, at least 1: more than there are cores are of no use
   */
  DecoderPool(ChunkCoding coding, int mostIdle) {
    this.coding = coding;
    idle = new LinkedBlockingDeque<>(mostIdle);
  }

  ChunkDecoder take() {
    ChunkDecoder decoder = idle.pollFirst();
    return decoder != null ? decoder : coding.decoder();
  }

  /** Keeps it for the next one who needs a decoder, or leaves it to the collector. */
  void giveBack(ChunkDecoder decoder) {
    idle.offerFirst(decoder);
  }
}
