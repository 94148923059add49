/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.concurrent.atomic.LongAdder;

/** What the engine did since it started. Safe for use by several threads. */
public final class EngineCounters {
  /** Prompts looked up. */
  public final LongAdder lookups = new LongAdder();

  /** Tokens of prompts looked up. */
  public final LongAdder promptTokens = new LongAdder();

  /** Tokens whose KV was not computed again. */
  public final LongAdder reusedTokens = new LongAdder();

  /** Pages put into a session without a copy. */
  public final LongAdder adoptedPages = new LongAdder();

  /** Positions copied from a chunk that a prompt shares in part. */
  public final LongAdder copiedPositions = new LongAdder();

  /** Chunks published. */
  public final LongAdder published = new LongAdder();

  /** Chunks that were known already when they were finished. */
  public final LongAdder publishedBefore = new LongAdder();

  /** Chunks not published because their tier had no room. */
  public final LongAdder noRoom = new LongAdder();

  /** Chunks that the tier in memory gave up for want of room. */
  public final LongAdder evicted = new LongAdder();

  /** Failures inside the plugin, each of which became a miss. */
  public final LongAdder failures = new LongAdder();

  /** Sessions whose publication ended early: unknown tokens, overlapping passes. */
  public final LongAdder untracked = new LongAdder();

  /** Sessions that began on a device and went on on the host. */
  public final LongAdder leftDevice = new LongAdder();

  /**
   * Passes that were not computed to their end, since what they computed came meanwhile, or their
   * device was lost.
   */
  public final LongAdder passesBrokenOff = new LongAdder();

  /** Prompts given up by their caller before they were computed. */
  public final LongAdder cancelled = new LongAdder();
}
