/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.QaOutcome.Answer;
import io.terrace.cli.qa.Requests.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Puts the workload on servers. Used once; {@link #stop()} may come from any thread. */
public final class QaRun {
  private static final Duration STEP = Duration.ofMillis(100);
  private static final int WARM_UP_REQUESTS = 10;
  private static final double LATE_NOTE_SECONDS = 10;

  private final QaPlan plan;
  private final ChatClient client;
  private final Watcher watcher;
  private final WallClock clock = new WallClock();
  private final Schedule schedule;
  private final Map<Session, Talk> talks = new LinkedHashMap<>();
  private final List<QaRow> ended = new ArrayList<>(); // by their ends
  private final CountDownLatch stopped = new CountDownLatch(1);
  private double lastLateNote = Double.NEGATIVE_INFINITY;

  /** A run that has not begun. */
  public QaRun(QaPlan plan, ChatClient client, Watcher watcher) {
    this.plan = plan;
    this.client = client;
    this.watcher = watcher;
    schedule = new Schedule(plan.workload());
  }

  /** Sends no further question; what was sent is waited for. */
  public void stop() {
    stopped.countDown();
  }

  /**
   * Sends ten requests at once and waits for them; failures are noted.
   *
   * @return whether one was answered
   */
  public boolean warmUp() throws InterruptedException {
    watcher.phase("Warming up: " + WARM_UP_REQUESTS + " requests");
    Requests<Integer> requests = new Requests<>(client, plan.addresses(), clock::now);
    for (int i = 0; i < WARM_UP_REQUESTS; i++) {
      List<Message> messages = List.of(Message.user(Prompts.warmUp(i)));
      requests.send(i, messages, plan.warmUpTokens(), plan.workload().firstUserId());
    }
    Map<String, Integer> failures = new LinkedHashMap<>();
    int answered = 0;
    while (requests.outstanding() > 0) {
      Ended<Integer> one = requests.take();
      answered += one.reply() == null ? 0 : 1;
      if (one.reply() == null) {
        failures.merge(one.failure(), 1, Integer::sum);
      }
    }
    failures.forEach(
        (reason, count) ->
            watcher.note(
                "Warm-up: " + count + " of " + WARM_UP_REQUESTS + " requests failed, " + reason));
    return answered > 0;
  }

  /**
   * Sends questions until the time is over, and waits for all answers, each up to its deadline.
   * What servers do once they have done in {@link #warmUp()}.
   */
  public QaOutcome run() throws InterruptedException {
    watcher.phase("Multi-round QA");
    Requests<Talk> requests = new Requests<>(client, plan.addresses(), clock::now);
    double start = clock.now();
    double logged = start;
    double now = start;
    while (stopped.getCount() > 0 && !isOver(start, now)) {
      for (Ended<Talk> one = requests.poll(); one != null; one = requests.poll()) {
        take(one);
      }
      now = clock.now();
      for (Session session : schedule.step(now)) {
        talks.computeIfAbsent(session, this::talk).send(requests);
      }
      noteLate(now);
      watcher.detail(detail(requests.outstanding()));
      if (now - logged > plan.logInterval().toMillis() / 1e3) {
        log(logged, now, requests.outstanding());
        logged = now;
      }
      boolean stop = stopped.await(STEP.toMillis(), TimeUnit.MILLISECONDS);
      if (stop) {
        watcher.note("Stopped: no further question is sent.");
      }
    }
    while (requests.outstanding() > 0) {
      watcher.detail("waiting for the last " + requests.outstanding() + " answers");
      take(requests.take());
    }
    return outcome(start);
  }

  /** Tokens of the text that all users share, as the first server counts them; 0 if it fails. */
  long sharedTokens() throws InterruptedException {
    List<Message> messages = List.of(Message.user(Prompts.system(plan.workload())));
    try {
      return client.ask(plan.addresses().get(0), messages, 1, 0).served().promptTokens();
    } catch (RequestFailure e) {
      watcher.note("The system prompt's tokens are not known: " + e.reason());
      return 0;
    }
  }

  private boolean isOver(double start, double now) {
    Duration time = plan.time();
    return time != null && now - start > time.toMillis() / 1e3;
  }

  private Talk talk(Session session) {
    return new Talk(
        session, plan.script(session.userId()), Prompts.opening(plan.workload(), session.userId()));
  }

  private void take(Ended<Talk> request) {
    Talk talk = request.what();
    talk.ended(request);
    ended.add(talk.rows().getLast());
  }

  private void noteLate(double now) {
    if (schedule.late() > 0 && now - lastLateNote > LATE_NOTE_SECONDS) {
      lastLateNote = now;
      watcher.note(
          String.format(
              Locale.ROOT,
              "%d of %d users wait for an answer longer than the %.1f s between two questions:"
                  + " fewer are sent than --qps asks for",
              schedule.late(),
              schedule.users(),
              plan.workload().gapSeconds()));
    }
  }

  private String detail(int outstanding) {
    long failed = ended.stream().filter(row -> row.served() == null).count();
    return (ended.size() - failed)
        + " answered, "
        + outstanding
        + " under way"
        + (failed == 0 ? "" : ", " + failed + " FAILED");
  }

  private void log(double from, double to, int outstanding) {
    Summary summary = Summary.of(ended, from, to, outstanding, plan.workload().qps());
    QaReport.lines(summary).forEach(watcher::note);
  }

  /** User by user, in the order in which they came. */
  private QaOutcome outcome(double start) {
    List<QaRow> rows = new ArrayList<>();
    List<Answer> answers = new ArrayList<>();
    for (Talk talk : talks.values()) {
      rows.addAll(talk.rows());
      answers.addAll(talk.answers());
    }
    return new QaOutcome(rows, answers, start, plan.workload());
  }
}
