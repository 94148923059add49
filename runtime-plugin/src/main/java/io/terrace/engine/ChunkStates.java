/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Where each whole chunk of a prompt is that is looked for below memory. Guarded by the monitor of
 * the retrieval.
 */
final class ChunkStates {
  enum Stage {
    OPEN, // to be loaded, or computed
    COMING,
    HERE,
    PASSED // or taken, or no part of this retrieval
  }

  private final int first;
  private final Stage[] stages;
  private final @Nullable StagedChunk[] staged;

  /**
   * @param first the first chunk that is looked for, by its number in the prompt
   * @param count the number behind the last
   */
  ChunkStates(int first, int count) {
    this.first = first;
    stages = new Stage[count];
    staged = new StagedChunk[count];
    for (int i = 0; i < count; i++) {
      stages[i] = i < first ? Stage.PASSED : Stage.OPEN;
    }
  }

  /** Of a chunk below the count. */
  Stage of(int chunk) {
    return stages[chunk];
  }

  /** A chunk that is here, with its reference; null if it is not. */
  @Nullable StagedChunk take(int chunk) {
    if (chunk >= stages.length || stages[chunk] != Stage.HERE) {
      return null;
    }
    StagedChunk taken = staged[chunk];
    staged[chunk] = null;
    stages[chunk] = Stage.PASSED;
    return taken;
  }

  /** All chunks up to one are wanted no more. */
  void passed(int chunk) {
    for (int i = first; i <= chunk && i < stages.length; i++) {
      StagedChunk dropped = take(i);
      stages[i] = Stage.PASSED;
      if (dropped != null) {
        dropped.release();
      }
    }
  }

  void coming(BitSet chunks) {
    chunks.stream().forEach(i -> stages[i] = Stage.COMING);
  }

  /** A chunk did not come. */
  void missed(int chunk) {
    if (stages[chunk] == Stage.COMING) {
      stages[chunk] = Stage.OPEN;
    }
  }

  /** A chunk came, with its reference; goes back at once if it is not wanted any more. */
  void arrived(int chunk, StagedChunk found) {
    if (!isWanted(chunk)) {
      found.release();
    } else {
      stages[chunk] = Stage.HERE;
      staged[chunk] = found;
    }
  }

  /** Whether a chunk is neither here nor passed. */
  boolean isWanted(int chunk) {
    return stages[chunk] == Stage.OPEN || stages[chunk] == Stage.COMING;
  }

  /** Chunks that are wanted and not on their way. */
  BitSet open() {
    BitSet open = new BitSet();
    for (int i = first; i < stages.length; i++) {
      open.set(i, stages[i] == Stage.OPEN);
    }
    return open;
  }

  /** Chunks that are neither here nor passed. */
  BitSet wanted() {
    BitSet wanted = new BitSet();
    for (int i = first; i < stages.length; i++) {
      wanted.set(i, isWanted(i));
    }
    return wanted;
  }
}
