/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.format.ChunkFault;

/** Is told of what went wrong beside a request that does not notice. Called by any thread. */
public interface EngineEvents {
  /** Something failed, and nobody else will hear of it. */
  void failed(Throwable failure);

  /** A chunk was there and could not be used. */
  void faulty(String tier, ChunkKey key, ChunkFault fault);
}
