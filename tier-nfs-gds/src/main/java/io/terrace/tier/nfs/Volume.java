/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.tier.nfs.io.IoFaults;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The volume as a whole: whether it is there, and what its failures mean. A volume that was
 * unmounted leaves the empty folder that it was mounted on, and what is written there fills another
 * disk: so the root holds a marker, and without it counts only as long as it is on the device that
 * it was on at the start.
 *
 * <p>Safe for use by several threads; all of it may block.
 */
final class Volume {
  private static final System.Logger LOGGER = System.getLogger(Volume.class.getName());
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  /** Work that a volume is needed for. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, TierException;
  }

  private final Layout layout;
  private final Counters counters;
  private final @Nullable Object device;
  private final AtomicLong lookedNanos = new AtomicLong(System.nanoTime());
  private volatile boolean gone;

  /**
   * Marks the volume, if it can be written.
   *
   * @throws IOException if the root cannot be looked at
   */
  Volume(Layout layout, Counters counters) throws IOException {
    this.layout = layout;
    this.counters = counters;
    device = device();
    mark();
  }

  /** The work, with its failures counted and told as those of a tier. */
  <T> Callable<T> guard(String what, Work<? extends T> work) {
    return () -> call(what, work);
  }

  /**
   * Does the work.
   *
   * @throws TierException if it failed, counted and told as a tier does
   */
  <T> T call(String what, Work<? extends T> work) throws TierException {
    try {
      return work.run();
    } catch (IOException e) {
      throw failure(what, e);
    }
  }

  private TierException failure(String what, IOException e) {
    IoFaults fault = IoFaults.of(e);
    counters.add(
        switch (fault) {
          case STALE -> Count.MISS_STALE;
          case LATE -> Count.MISS_LATE;
          default -> Count.MISS_IO;
        });
    if (fault == IoFaults.LATE) {
      return new TierException("did not " + what + " by the deadline");
    }
    String why = gone();
    return why != null
        ? new TierUnavailableException("cannot " + what + ": " + why)
        : new TierException("cannot " + what + " below " + layout.root() + ": " + IoFaults.text(e));
  }

  /**
   * To be called where nothing was found: looks whether that is because the volume is gone, at most
   * once a second.
   */
  void missed() throws TierUnavailableException {
    counters.add(Count.MISS_ABSENT);
    long before = lookedNanos.get();
    long now = System.nanoTime();
    if (!gone && (now - before < LOOK_NANOS || !lookedNanos.compareAndSet(before, now))) {
      return;
    }
    check();
  }

  /** Looks whether the volume is there. */
  void check() throws TierUnavailableException {
    String why = gone();
    if (why != null) {
      throw new TierUnavailableException(why);
    }
  }

  /** Why the volume cannot be used; null if it is there. Told in the log when it changes. */
  private @Nullable String gone() {
    String why = look();
    if (why != null) {
      counters.add(Count.VOLUME_GONE);
    }
    synchronized (this) {
      if (why != null && !gone) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "{0}; nothing is read or stored there until it is back: mount it again",
            why);
      } else if (why == null && gone) {
        LOGGER.log(System.Logger.Level.INFO, "the volume at {0} is back", layout.root());
      }
      gone = why != null;
    }
    return why;
  }

  private @Nullable String look() {
    Path root = layout.root();
    if (Files.exists(layout.marker())) {
      return null;
    }
    if (!Files.isDirectory(root)) {
      return "the volume at " + root + " is gone: there is no such folder";
    }
    try {
      if (!device().equals(device)) {
        return "the volume at " + root + " is gone: another file system is there";
      }
    } catch (IOException e) {
      return "the volume at " + root + " is gone: " + IoFaults.text(e);
    }
    mark(); // the folder was emptied, or made anew
    return null;
  }

  private Object device() throws IOException {
    return Files.getAttribute(layout.root(), "unix:dev");
  }

  private void mark() {
    try {
      Files.createFile(layout.marker(), Rights.FILE);
    } catch (FileAlreadyExistsException e) {
      return; // as it should be
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "no marker: {0}", IoFaults.text(e));
    }
  }
}
