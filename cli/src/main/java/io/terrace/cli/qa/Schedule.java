/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.ArrayList;
import java.util.List;

/**
 * Who asks when. Users are placed as if they had been there for a while (ramp-up); from then on one
 * joins every {@link Workload#joinGapSeconds()}. A user asks again when the gap is over and the
 * answer is there: under load questions come later than {@link Workload#qps()} says. Reads no
 * clock. Not safe for use by several threads.
 */
final class Schedule {
  /** A user who has lived whole gaps stands at the end of the last one, whatever the rounding. */
  private static final double ROUNDING = 1e-9;

  private final Workload workload;
  private final List<Session> sessions = new ArrayList<>();
  private int nextUserId;
  private double lastJoin = Double.NEGATIVE_INFINITY;
  private boolean started;
  private int late;

  Schedule(Workload workload) {
    this.workload = workload;
    nextUserId = workload.firstUserId();
  }

  /**
   * The users whose next question is to be sent now. Each of them is waited for until {@link
   * Session#completed()}.
   *
   * @param now in seconds, on any scale that does not go back
   */
  List<Session> step(double now) {
    if (!started) {
      started = true;
      rampUp(now);
    }
    if (now - lastJoin > workload.joinGapSeconds()) {
      sessions.add(Session.joining(nextUserId++, workload.rounds()));
      lastJoin = now;
    }
    List<Session> sent = new ArrayList<>();
    late = 0;
    for (Session session : sessions) {
      if (!session.isDue(now, workload.gapSeconds())) {
        continue;
      }
      if (session.isOutstanding()) {
        late++;
      } else {
        session.send(now);
        sent.add(session);
      }
    }
    sessions.removeIf(Session::isFinished);
    return sent;
  }

  /** Users whose question was due at the last step, while an earlier one has no answer yet. */
  int late() {
    return late;
  }

  /** Users who are there now. */
  int users() {
    return sessions.size();
  }

  private void rampUp(double now) {
    double gap = workload.gapSeconds();
    for (int i = 0; i < workload.users(); i++) {
      double lived = workload.lifeSeconds() - i * workload.joinGapSeconds();
      if (lived < 0) {
        return;
      }
      int asked = (int) Math.floor(lived / gap + ROUNDING) + 1;
      double lastRequest = now - lived + (asked - 1) * gap;
      sessions.add(Session.underWay(nextUserId++, workload.rounds(), asked, lastRequest));
    }
  }
}
