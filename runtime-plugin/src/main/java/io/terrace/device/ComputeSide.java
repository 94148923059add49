/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

/**
 * Where a session's KV is computed: in its pages of the host ({@link #HOST}), or in pages of a
 * device beside them, from which it comes to the host behind the passes. A session tells what
 * becomes of its pages of the host, and learns up to where they hold what was computed.
 *
 * <p>Used by one thread at a time, as its session.
 */
public interface ComputeSide {
  /** The host: what is computed is there. */
  ComputeSide HOST = new HostSide();

  /**
   * A page of the host stands at a place of the session's page table.
   *
   * @param index position / chunkTokens; behind the last one, or one that is there
   * @param host stays until another one takes its place, or this is cleared
   * @param positions that it holds of the session's tokens
   */
  void put(int index, KvPage host, int positions);

  /** Positions of a page were written on the host, behind all that the page held. */
  void written(int index, int positions);

  /** What follows a position is of no use any more. */
  void forget(int from);

  /** A pass over all layers is over, which computed positions. */
  void endPass(int from, int to);

  /** Begins to bring what is computed to the host, up to a position; returns at once. */
  void spill(int end);

  /** Whether something is on its way to the host. */
  boolean isSpilling();

  /**
   * Up to which position the host has all.
   *
   * @param computed how many positions are computed
   */
  int hosted(int computed);

  /** Waits for what is on its way. */
  void settle();

  /** Pages of the host may have been sealed: others may compute with what lies beside them. */
  void share();

  /**
   * Gives up what lies beside the pages of the host, before those are given back. May be used
   * again.
   */
  void clear();
}
