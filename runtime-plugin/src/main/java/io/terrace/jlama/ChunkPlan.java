/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

/**
 * How the rows of a matrix are handed out to threads, in place of Jlama 0.8.4's own way, which
 * loses rows in two ways:
 *
 * <ul>
 *   <li>{@code pchunk} gives {@code length / splits} rows to each of {@code splits} parts, and to
 *       the last one {@code length % (length / splits)} more, which is the remainder only by
 *       chance: 576 rows in 128 parts leave 64 rows uncomputed;
 *   <li>the native matrix product works in tiles of up to 5 by 5 and skips the corner where neither
 *       the tokens of a batch nor the rows of a part are a multiple of 5, when both are more than
 *       5.
 * </ul>
 *
 * Parts of a multiple of 5 rows, or of at most 5, that cover everything mend both.
 *
 * @param partRows rows of every part but the last ones
 * @param parts how many parts have {@code partRows} rows
 * @param rest rows that follow those
 */
record ChunkPlan(int partRows, int parts, int rest) {
  /** Rows (and tokens) of a tile of the native matrix product. */
  static final int TILE = 5;

  /** Parts of whole tiles, about {@code splits} of them. */
  static ChunkPlan tiled(int length, int splits) {
    int rows = Math.ceilDiv(length, splits);
    int partRows = rows <= TILE ? rows : Math.ceilDiv(rows, TILE) * TILE;
    return new ChunkPlan(partRows, length / partRows, length % partRows);
  }

  /** Whether Jlama's own way leaves rows out. */
  static boolean losesRows(int length, int splits) {
    int parts = Math.min(length, splits);
    if (parts <= 1) {
      return false;
    }
    int partRows = length / parts;
    int last = partRows + length % partRows;
    return (parts - 1) * partRows + last < length;
  }

  /** Whether Jlama's own way makes parts whose corner the native matrix product skips. */
  static boolean hasSkippedCorner(int length, int splits) {
    int parts = Math.min(length, splits);
    if (parts <= 1) {
      return false;
    }
    int partRows = length / parts;
    int last = partRows + length % partRows;
    return isSkipped(partRows) || isSkipped(last);
  }

  private static boolean isSkipped(int rows) {
    return rows > TILE && rows % TILE != 0;
  }

  /** How many calls the plan makes; the rest is one, or two where it is more than whole tiles. */
  int calls() {
    return parts + (rest == 0 ? 0 : restInTiles() == 0 || restInTiles() == rest ? 1 : 2);
  }

  /** First row of a call. */
  int start(int call) {
    if (call <= parts) {
      return call * partRows;
    }
    return parts * partRows + restInTiles();
  }

  /** Rows of a call. */
  int rows(int call) {
    if (call < parts) {
      return partRows;
    }
    if (call > parts) {
      return rest - restInTiles();
    }
    return restInTiles() == 0 ? rest : restInTiles();
  }

  private int restInTiles() {
    return rest / TILE * TILE;
  }
}
