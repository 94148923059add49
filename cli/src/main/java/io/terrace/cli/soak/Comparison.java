/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Holds every request against the reference. Safe for use by several threads. */
final class Comparison implements Requests.Listener {
  private static final int MOST_EXAMPLES = 8;

  private final SoakReference reference;
  private final double deadlineMillis;
  private final Stopwatch stopwatch = new Stopwatch();
  private final Stopwatch alone = new Stopwatch();
  private final List<String> examples = new ArrayList<>();
  private volatile boolean timed;
  private long requests;
  private long wrong;
  private long failed;

  /**
   * @param deadline how long a request may wait for a tier
   */
  Comparison(SoakReference reference, Duration deadline) {
    this.reference = reference;
    deadlineMillis = deadline.toNanos() / 1e6;
  }

  @Override
  public void answered(SoakTask task, SoakAnswer answer, double millis) {
    SoakAnswer wanted = reference.answers().get(task.number());
    synchronized (this) {
      requests++;
      if (!answer.equals(wanted)) {
        wrong++;
        example(
            "request "
                + requests
                + ", task "
                + task.number()
                + " of "
                + task.tokens()
                + " tokens: wanted "
                + wanted
                + ", got "
                + answer);
      }
    }
    if (timed) {
      stopwatch.took(task.tokens(), millis);
    }
  }

  @Override
  public void computed(SoakTask task, double millis) {
    if (timed) {
      alone.took(task.tokens(), millis);
    }
  }

  /** From now on requests are held against their limit as well. */
  void begin() {
    timed = true;
  }

  @Override
  public synchronized void failed(SoakTask task, Throwable failure) {
    failed++;
    StackTraceElement[] trace = failure.getStackTrace();
    example(
        "task "
            + task.number()
            + " failed: "
            + failure
            + (trace.length == 0 ? "" : " at " + trace[0]));
  }

  private void example(String line) {
    if (examples.size() < MOST_EXAMPLES) {
      examples.add(line);
    }
  }

  synchronized SoakProgress progress(long faults, double tokenShare) {
    return new SoakProgress(requests, wrong + failed, faults, tokenShare);
  }

  /** How many requests were answered differently, or not at all. */
  synchronized long different() {
    return wrong + failed;
  }

  /** The first requests that went wrong, one line each. */
  synchronized List<String> examples() {
    return List.copyOf(examples);
  }

  synchronized SoakOutcome outcome(SoakHits hits, PluginFigures figures, PluginEnd end) {
    return new SoakOutcome(
        requests,
        wrong,
        failed,
        List.copyOf(examples),
        SoakLimits.of(stopwatch, alone.times(), reference.times(), deadlineMillis),
        stopwatch.times(),
        alone.times(),
        hits,
        figures.engine(),
        figures.tiers(),
        end.left());
  }
}
