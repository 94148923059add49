/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches for forward passes on one model that overlap without the locks that make this safe. Jlama
 * then computes with scratch that another thread overwrites: whatever such a pass computes is not
 * shared, and it adopts nothing. Passes whose KV is Jlama's own, as those of an embedding,
 * overwrite it as well.
 *
 * <p>Safe for use by several threads.
 */
sealed interface PassMonitor {
  /**
   * A pass of this thread begins.
   *
   * @param buffer where its KV goes, or null if that is Jlama's own memory
   */
  void begin(@Nullable SessionKvBuffer buffer);

  /** The pass of this thread ends. */
  void end();

  /** Whether passes have to be reported whose KV goes to Jlama's own memory. */
  boolean wantsOthers();

  /** For models whose blocks are locked: passes may overlap. */
  static PassMonitor none() {
    return new None();
  }

  /** For models whose blocks are not locked. */
  static PassMonitor watching() {
    return new Watching();
  }

  /** Passes may overlap. */
  final class None implements PassMonitor {
    @Override
    public void begin(@Nullable SessionKvBuffer buffer) {}

    @Override
    public void end() {}

    @Override
    public boolean wantsOthers() {
      return false;
    }
  }

  /** Passes that overlap are kept apart from everybody else. */
  final class Watching implements PassMonitor {
    private final Map<Thread, Optional<SessionKvBuffer>> running = new HashMap<>();

    @Override
    public synchronized void begin(@Nullable SessionKvBuffer buffer) {
      running.put(Thread.currentThread(), Optional.ofNullable(buffer));
      if (running.size() > 1) {
        running.values().forEach(each -> each.ifPresent(b -> b.session().stopPublishing()));
      }
    }

    @Override
    public synchronized void end() {
      running.remove(Thread.currentThread());
    }

    /** Not within a pass that was reported: Jlama's method is called again for that. */
    @Override
    public synchronized boolean wantsOthers() {
      return !running.containsKey(Thread.currentThread());
    }
  }
}
