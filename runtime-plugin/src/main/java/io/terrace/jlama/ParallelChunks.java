/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import com.github.tjake.jlama.util.BiIntConsumer;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;
import io.terrace.agent.jlama.Outcome;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Hands out rows so that Jlama's operations compute every one of them; see {@link ChunkPlan}. Where
 * Jlama's own way is right for the operations at hand, it is left alone: results must not come
 * about in two ways.
 */
final class ParallelChunks {
  private final boolean nativeOperations;

  ParallelChunks(boolean nativeOperations) {
    this.nativeOperations = nativeOperations;
  }

  /** Runs {@code action} over all rows; null where Jlama's own way is right. */
  @Nullable Outcome run(int offset, int length, BiIntConsumer action) {
    int splits = TensorOperationsProvider.get().parallelSplitSize();
    if (length <= 0 || splits <= 1 || !isMended(length, splits)) {
      return null;
    }
    ChunkPlan plan = ChunkPlan.tiled(length, splits);
    try {
      PhysicalCoreExecutor.instance
          .get()
          .execute(
              () ->
                  IntStream.range(0, plan.calls())
                      .parallel()
                      .forEach(i -> action.accept(offset + plan.start(i), plan.rows(i))));
      return Outcome.DONE;
    } catch (Throwable e) {
      return Outcome.failed(e); // thrown by Jlama's own code, and meant for its caller
    }
  }

  /** Whether Jlama's own way would be wrong for a matrix of so many rows. */
  boolean isMended(int length, int splits) {
    return ChunkPlan.losesRows(length, splits)
        || (nativeOperations && ChunkPlan.hasSkippedCorner(length, splits));
  }
}
