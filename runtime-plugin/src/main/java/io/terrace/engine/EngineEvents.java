/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.format.ChunkFault;

/**
 * Is told how prompts came to their KV, and what went wrong beside a request that does not notice.
 * Called by any thread.
 */
public interface EngineEvents {
  /** Something failed, and nobody else will hear of it. */
  void failed(Throwable failure);

  /** A chunk was there and could not be used. */
  void faulty(String tier, ChunkKey key, ChunkFault fault);

  /** A prompt has its KV. Called by the thread of the request. */
  default void ran(PromptReport report) {}
}
