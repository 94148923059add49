/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import java.util.ArrayList;
import java.util.List;

/**
 * Watches for forward passes on one model that overlap without the locks that make this safe. Jlama
 * then computes with scratch that another thread overwrites: whatever such a pass computes is not
 * shared, and it adopts nothing.
 */
sealed interface PassMonitor {
  void begin(SessionKvBuffer buffer);

  void end(SessionKvBuffer buffer);

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
    public void begin(SessionKvBuffer buffer) {}

    @Override
    public void end(SessionKvBuffer buffer) {}
  }

  /** Passes that overlap are kept apart from everybody else. */
  final class Watching implements PassMonitor {
    private final List<SessionKvBuffer> running = new ArrayList<>();

    @Override
    public synchronized void begin(SessionKvBuffer buffer) {
      running.add(buffer);
      if (running.size() > 1) {
        running.forEach(each -> each.session().stopPublishing());
      }
    }

    @Override
    public synchronized void end(SessionKvBuffer buffer) {
      running.remove(buffer);
    }
  }
}
