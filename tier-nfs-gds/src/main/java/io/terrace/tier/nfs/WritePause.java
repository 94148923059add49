/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.IoFaults;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether the volume takes chunks. After it refused one for want of room or of rights, it is left
 * alone for a while: the next one would fare no better. Safe for use by several threads.
 */
final class WritePause {
  private static final System.Logger LOGGER = System.getLogger(WritePause.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final Layout layout;
  private final Counters counters;
  private final LongSupplier nanoTime;
  private boolean refusing;
  private long untilNanos;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  WritePause(Layout layout, Counters counters, LongSupplier nanoTime) {
    this.layout = layout;
    this.counters = counters;
    this.nanoTime = nanoTime;
  }

  /** Whether nothing should be written now. */
  synchronized boolean isOn() {
    boolean on = refusing && nanoTime.getAsLong() - untilNanos < 0;
    if (on) {
      counters.add(Count.WRITE_PAUSED);
    }
    return on;
  }

  /**
   * The volume refused a chunk. Told in the log once, until it takes one again.
   *
   * @param fault for want of room, or of the right to write
   */
  synchronized void refused(IoFaults fault, String text) {
    counters.add(fault == IoFaults.FULL ? Count.WRITE_DISK_FULL : Count.WRITE_READ_ONLY);
    untilNanos = nanoTime.getAsLong() + PAUSE.toNanos();
    if (!refusing) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "the volume at {0} takes no chunks ({1}); tried again every {2} s, and read meanwhile: {3}",
          layout.root(),
          text,
          PAUSE.toSeconds(),
          fault.writeAdvice());
    }
    refusing = true;
  }

  /** The volume took a chunk. */
  synchronized void stored() {
    if (refusing) {
      LOGGER.log(System.Logger.Level.INFO, "the volume at {0} takes chunks again", layout.root());
    }
    refusing = false;
  }
}
