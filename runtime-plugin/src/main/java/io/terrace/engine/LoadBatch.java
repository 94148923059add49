/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.List;

/**
 * Chunks that one call of a tier reads. If nobody waits for the call any more, their pages stay out
 * of use until it has ended: it may still write into them.
 */
final class LoadBatch {
  private final List<ChunkLoad> loads;
  private boolean over;
  private boolean abandoned;

  LoadBatch(List<ChunkLoad> loads) {
    this.loads = loads;
  }

  /** The call has ended. */
  synchronized void end() {
    over = true;
    loads.forEach(abandoned ? ChunkLoad::discard : ChunkLoad::end);
  }

  /** Nobody waits any more. */
  synchronized void abandon() {
    abandoned = true;
    loads.forEach(ChunkLoad::abandon);
    if (over) {
      loads.forEach(ChunkLoad::discard);
    }
  }
}
