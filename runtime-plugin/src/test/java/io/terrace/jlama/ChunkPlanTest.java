/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** For every matrix of up to 5,000 rows, and every number of parts that Jlama may choose. */
final class ChunkPlanTest {
  private static final int MOST_ROWS = 5000;
  private static final int MOST_SPLITS = 256;

  @Test
  void partsCoverEachRowOnceAndFitTheTiles() {
    forAll(
        (length, splits) -> {
          ChunkPlan plan = ChunkPlan.tiled(length, splits);
          int covered = 0;
          for (int call = 0; call < plan.calls(); call++) {
            int rows = plan.rows(call);
            if (plan.start(call) != covered || rows < 1 || (rows > 5 && rows % 5 != 0)) {
              throw new AssertionError(
                  "call " + call + " of " + plan + " for " + length + " rows in " + splits);
            }
            covered += rows;
          }
          if (covered != length) {
            throw new AssertionError(plan + " covers " + covered + " of " + length + " rows");
          }
        });
  }

  /** About as many parts as were asked for: at most two more, and not so few that threads idle. */
  @Test
  void thePartsAreAboutAsManyAsWanted() {
    forAll(
        (length, splits) -> {
          int calls = ChunkPlan.tiled(length, splits).calls();
          int fewest = Math.min((length + 4) / 5, (splits + 4) / 5);
          if (calls > splits + 2 || calls < fewest) {
            throw new AssertionError(calls + " calls for " + length + " rows in " + splits);
          }
        });
  }

  @Test
  void theFaultsAreThoseOfJlamasOwnParts() {
    forAll(
        (length, splits) -> {
          int parts = partsOfJlama(length, splits);
          int covered = 0;
          boolean skips = false;
          for (int i = 0; i < parts; i++) {
            int rows = rowsOfJlama(length, splits, i);
            covered += rows;
            skips |= rows > 5 && rows % 5 != 0;
          }
          if (ChunkPlan.losesRows(length, splits) != covered < length
              || ChunkPlan.hasSkippedCorner(length, splits) != skips) {
            throw new AssertionError(length + " rows in " + splits + ": " + covered + " covered");
          }
        });
  }

  @Test
  void widthsOfKnownModels() {
    assertThat(ChunkPlan.losesRows(576, 128)).as("SmolLM2-135M").isTrue();
    assertThat(ChunkPlan.tiled(576, 128)).isEqualTo(new ChunkPlan(5, 115, 1));
    assertThat(ChunkPlan.losesRows(2048, 128)).as("Llama 3.2 1B").isFalse();
    assertThat(ChunkPlan.hasSkippedCorner(2048, 128)).isTrue();
    assertThat(ChunkPlan.losesRows(640, 128) || ChunkPlan.hasSkippedCorner(640, 128)).isFalse();
  }

  /** How many parts {@code VectorMath.pchunk} of Jlama 0.8.4 makes: one for each split or row. */
  private static int partsOfJlama(int length, int splits) {
    int parts = Math.min(length, splits);
    return parts == 1 ? length : parts;
  }

  /**
   * How many rows it gives to a part: length / parts, and to the last one in addition what is left
   * when length is divided by that number of rows.
   */
  private static int rowsOfJlama(int length, int splits, int part) {
    int parts = Math.min(length, splits);
    int rows = parts == 1 ? 1 : length / parts;
    boolean isLast = part == partsOfJlama(length, splits) - 1;
    return isLast && parts > 1 ? rows + length % rows : rows;
  }

  interface Check {
    void run(int length, int splits);
  }

  private static void forAll(Check check) {
    for (int length = 1; length <= MOST_ROWS; length++) {
      for (int splits = 2; splits <= MOST_SPLITS; splits++) {
        check.run(length, splits);
      }
    }
  }
}
