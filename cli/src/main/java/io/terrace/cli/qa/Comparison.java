/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.Instances.Running;
import io.terrace.cli.qa.Summary.Ttft;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts one workload on the servers of each set-up, at each length of the users' history. */
public final class Comparison {
  /** What a run takes beside its time: two servers start, are warmed up, and end. */
  private static final Duration AROUND = Duration.ofSeconds(12);

  /** The only summary is that of the whole run. */
  private static final Duration NO_SUMMARIES = Duration.ofDays(365);

  private final CompareOptions options;
  private final Instances instances;
  private final CompareFolder folder;
  private final Watcher watcher;
  private volatile @Nullable QaRun current;
  private volatile boolean stopped;

  /** A comparison that has not begun. */
  public Comparison(
      CompareOptions options, Instances instances, CompareFolder folder, Watcher watcher) {
    this.options = options;
    this.instances = instances;
    this.folder = folder;
    this.watcher = watcher;
  }

  /** Makes {@link #run()} end soon, and forget the run that is under way. From any thread. */
  public void stop() {
    stopped = true;
    QaRun run = current;
    if (run != null) {
      run.stop();
    }
  }

  private record Wanted(int history, CompareSetUp setUp) {
    String name() {
      return setUp.word() + ", history " + history;
    }
  }

  /**
   * Does the runs that are not in the folder.
   *
   * @throws IOException if the folder cannot be read or written, no request of a run succeeded, or
   *     it was stopped
   */
  public CompareResult run() throws IOException, InterruptedException {
    List<Wanted> wanted = new ArrayList<>();
    for (int history : options.histories()) {
      options.setUps().forEach(setUp -> wanted.add(new Wanted(history, setUp)));
    }
    int there = 0;
    for (Wanted one : wanted) {
      there += folder.find(one.setUp(), one.history()) == null ? 0 : 1;
    }
    watcher.note(estimate(wanted.size(), there));
    List<CompareRun> runs = new ArrayList<>();
    for (Wanted one : wanted) {
      CompareRun found = folder.find(one.setUp(), one.history());
      String number = "run " + (runs.size() + 1) + " of " + wanted.size();
      runs.add(found != null ? found : measure(one, number));
    }
    watcher.phase("");
    return new CompareResult(runs);
  }

  private String estimate(int runs, int there) {
    long seconds = (runs - there) * options.time().plus(AROUND).toSeconds();
    return String.format(
        Locale.ROOT,
        "%d runs of %d s each%s: about %d minutes",
        runs,
        options.time().toSeconds(),
        there == 0 ? "" : ", " + there + " of them done before",
        Math.ceilDiv(seconds, 60));
  }

  private CompareRun measure(Wanted wanted, String number)
      throws IOException, InterruptedException {
    String name = number + ", " + wanted.name();
    watcher.phase("Starting " + name);
    String store = wanted.setUp().word().replace('+', '-') + "-" + wanted.history();
    try (Running running = instances.start(wanted.setUp(), store);
        ChatClient client = new ChatClient(running.model(), options.deadline(), "")) {
      QaPlan plan =
          new QaPlan(
              options.workload().withUserHistory(wanted.history()),
              running.addresses(),
              options.time(),
              NO_SUMMARIES,
              options.warmUpTokens(),
              null);
      QaRun run = new QaRun(plan, client, new Named(name, watcher));
      current = run;
      requireNotStopped();
      if (!run.warmUp()) {
        throw new IOException("no request of the warm-up was answered (" + wanted.name() + ")");
      }
      Map<String, Long> before = running.hitTokens();
      QaOutcome outcome = run.run();
      requireNotStopped(); // the servers may have been ended under it
      Map<String, Long> tiers = since(before, running.hitTokens());
      long reachable = outcome.reachableTokens(run.sharedTokens());
      CompareRun kept = kept(wanted, outcome, reachable, tiers);
      folder.keep(wanted.setUp(), kept, outcome);
      return kept;
    }
  }

  private void requireNotStopped() throws IOException {
    if (stopped) {
      throw new IOException("stopped; the same command goes on where it was");
    }
  }

  private CompareRun kept(Wanted wanted, QaOutcome outcome, long reachable, Map<String, Long> tiers)
      throws IOException {
    Summary summary = outcome.summary(0);
    Ttft ttft = summary.ttft();
    if (ttft == null) {
      throw new IOException(
          "no request succeeded ("
              + wanted.name()
              + "): "
              + String.join(
                  "; ",
                  summary.failures().stream().map(f -> f.count() + " x " + f.example()).toList()));
    }
    for (Summary.Failures failures : summary.failures()) {
      watcher.note(wanted.name() + ": " + failures.count() + " x " + failures.example());
    }
    CompareRow row =
        CompareRow.of(wanted.setUp(), wanted.history(), summary, ttft, reachable, tiers);
    return new CompareRun(row, summary.failures(), outcome.answers());
  }

  private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> now) {
    Map<String, Long> difference = new LinkedHashMap<>();
    now.forEach((tier, tokens) -> difference.put(tier, tokens - before.getOrDefault(tier, 0L)));
    return difference;
  }

  /** Says which run it is; summaries in between are left out. */
  private record Named(String name, Watcher watcher) implements Watcher {
    @Override
    public void phase(String what) {
      watcher.phase(what + ", " + name);
    }

    @Override
    public void detail(String what) {
      watcher.detail(what);
    }

    @Override
    public void note(String line) {
      watcher.note(name + ": " + line);
    }
  }
}
