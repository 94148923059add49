/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.format.ChunkFault;
import java.time.Duration;

/**
 * Is told how prompts came to their KV, and what went wrong beside a request that does not notice.
 * Called by any thread.
 */
public interface EngineEvents {
  /** Something failed, and nobody else will hear of it. */
  void failed(Throwable failure);

  /** A chunk was there and could not be used. */
  void faulty(String tier, ChunkKey key, ChunkFault fault);

  /**
   * A tier was found sick: for so long nobody waits for it, then one call finds out how it is. Told
   * once, until it is {@linkplain #wellAgain well again}.
   *
   * @param cause the failure that was one too many
   */
  default void leftAlone(String tier, Duration rest, Throwable cause) {}

  /** A tier that was left alone serves again. */
  default void wellAgain(String tier) {}

  /** A prompt has its KV. Called by the thread of the request. */
  default void ran(PromptReport report) {}
}
