/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  private static final double START = 1_700_000_000;

  private static Workload workload(int users, int rounds, double qps) {
    return new Workload(users, rounds, qps, 1, 1, 1, 0);
  }

  /** A question, with the seconds since the start. */
  private record Sent(double second, int user, int question) {}

  /** Runs the schedule with answers that come at once. */
  private static List<Sent> run(Workload workload, double seconds, double step) {
    Schedule schedule = new Schedule(workload);
    List<Sent> sent = new ArrayList<>();
    for (int i = 0; i * step <= seconds; i++) {
      double second = i * step;
      for (Session session : schedule.step(START + second)) {
        sent.add(new Sent(Math.round(second * 1e3) / 1e3, session.userId(), session.question()));
        session.completed();
      }
    }
    return sent;
  }

  @Test
  void theOriginalExperimentsTimesAreDerived() {
    Workload workload = workload(15, 20, 2);
    assertThat(workload.gapSeconds()).isEqualTo(7.5);
    assertThat(workload.lifeSeconds()).isEqualTo(142.5);
    assertThat(workload.joinGapSeconds()).isEqualTo(9.5, offset(1e-9));
  }

  @Test
  void aSmallScheduleIsTheOneWorkedOutByHand() {
    // A gap of 2 s, a life of 4 s, one joins every 2 s; "more than" falls on the next tenth.
    assertThat(run(workload(2, 3, 1), 4.5, 0.1))
        .containsExactly(
            new Sent(0, 2, 1), // joins at the first step; user 0 is placed at its end
            new Sent(2.1, 1, 3), // was placed at question 2, asked just now
            new Sent(2.1, 2, 2),
            new Sent(2.1, 3, 1),
            new Sent(4.2, 2, 3),
            new Sent(4.2, 3, 2),
            new Sent(4.2, 4, 1));
  }

  @Test
  void theRampUpPlacesUsersAlongTheirLives() {
    List<Sent> sent = run(workload(15, 20, 2), 7.6, 0.1);
    Map<Integer, Integer> first = new LinkedHashMap<>();
    sent.forEach(s -> first.putIfAbsent(s.user(), s.question()));
    assertThat(first).doesNotContainKey(0).containsEntry(15, 1);
    for (int user = 1; user < 15; user++) {
      int asked = (int) ((142.5 - 9.5 * user) / 7.5) + 1;
      assertThat(first).as("user " + user).containsEntry(user, asked + 1);
    }
    // User 1 has lived 133 s, 17 gaps and 5.5 s: 2 s are left of the gap.
    assertThat(sent).contains(new Sent(2.1, 1, 19));
  }

  @Test
  void theOfferedRateIsThatOfTheRoundsOfAJoiner() {
    Workload workload = workload(15, 20, 2);
    List<Sent> sent = run(workload, 2_000, 0.01);
    long steady = sent.stream().filter(s -> s.second() > 200).count();
    assertThat(steady / 1_800.0).isCloseTo(20 / 9.5, within(0.01 * 20 / 9.5));
  }

  @Test
  void whoWaitsForAnAnswerDoesNotAskAgain() {
    Schedule schedule = new Schedule(workload(2, 3, 1));
    List<Integer> users = new ArrayList<>();
    List<Session> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      for (Session session : schedule.step(i * 0.1)) {
        users.add(session.userId());
        waiting.add(session);
      }
    }
    assertThat(users).doesNotHaveDuplicates().containsExactly(2, 1, 3, 4, 5, 6);
    assertThat(schedule.late()).as("all but user 1, who has asked all, and the last").isEqualTo(4);
    Session first = waiting.get(0);
    first.completed();
    assertThat(schedule.step(10.0)).contains(first);
    assertThat(first.question()).isEqualTo(2);
  }

  @Test
  void whoHasAskedAllStaysUntilTheLastAnswer() {
    Schedule schedule = new Schedule(workload(2, 3, 1));
    schedule.step(0);
    Session last =
        schedule.step(2.1).stream().filter(s -> s.userId() == 1).findFirst().orElseThrow();
    assertThat(last.question()).isEqualTo(3);
    int before = schedule.users();
    schedule.step(2.2);
    assertThat(schedule.users()).isEqualTo(before);
    last.completed();
    schedule.step(2.3);
    assertThat(schedule.users()).isEqualTo(before - 1);
  }

  @Test
  void everyWorkloadKeepsTheRules() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Workload workload =
          new Workload(
              random.nextInt(1, 40),
              random.nextInt(2, 30),
              random.nextDouble(0.1, 20),
              0,
              0,
              1,
              random.nextInt(100));
      List<Sent> sent = run(workload, Math.min(600, 2 * workload.lifeSeconds()), 0.1);
      assertRules(workload, sent, "seed " + seed + ", " + workload);
    }
  }

  private static void assertRules(Workload workload, List<Sent> sent, String what) {
    Map<Integer, Sent> last = new LinkedHashMap<>();
    int firstJoiner = workload.firstUserId() + workload.users();
    int joined = firstJoiner - 1;
    for (Sent one : sent) {
      Sent before = last.put(one.user(), one);
      assertThat(one.question()).as(what).isBetween(1, workload.rounds());
      assertThat(one.user()).as(what).isNotEqualTo(workload.firstUserId());
      if (before != null) {
        assertThat(one.question()).as(what).isEqualTo(before.question() + 1);
        assertThat(one.second() - before.second())
            .as(what)
            .isGreaterThan(workload.gapSeconds() - 1e-3);
      } else if (one.user() >= firstJoiner) {
        assertThat(one.question()).as(what).isEqualTo(1);
        assertThat(one.user()).as(what).isEqualTo(++joined);
      }
    }
  }
}
