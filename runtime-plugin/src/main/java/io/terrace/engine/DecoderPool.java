/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.concurrent.ConcurrentLinkedDeque;

/** Decoders of one tier, made when more are needed at once. Safe for use by several threads. */
final class DecoderPool {
  private final ChunkCoding coding;
  private final ConcurrentLinkedDeque<ChunkDecoder> idle = new ConcurrentLinkedDeque<>();

  DecoderPool(ChunkCoding coding) {
    this.coding = coding;
  }

  ChunkDecoder take() {
    ChunkDecoder decoder = idle.pollFirst();
    return decoder != null ? decoder : coding.decoder();
  }

  void giveBack(ChunkDecoder decoder) {
    idle.addFirst(decoder);
  }
}
