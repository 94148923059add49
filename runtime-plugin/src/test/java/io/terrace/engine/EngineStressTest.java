/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Four threads share two models, in less memory than they want. */
final class EngineStressTest {
  private static final int THREADS = 4;
  private static final int SESSIONS = 400;

  @Test
  void fourThreads() throws Exception {
    try (World world = new World(4 << 20, context -> TestTier.of(1 << 20, context))) {
      List<World.Model> models = List.of(world.model(World.FOUR), world.model(World.EIGHT));
      try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          SplittableRandom random = new SplittableRandom(7 + i);
          all.add(threads.submit(() -> work(world, models, random)));
        }
        for (Future<?> each : all) {
          each.get();
        }
      }
      world.checkAccounts();
      assertThat(world.engine().chunks()).isEqualTo(world.tier().size());
      assertThat(world.engine().counters().reusedTokens.sum()).isGreaterThan(1000);
      assertThat(world.engine().counters().evicted.sum()).isGreaterThan(100);
    }
  }

  private static void work(World world, List<World.Model> models, SplittableRandom random) {
    List<Session> open = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Session session = world.engine().open(models.get(random.nextInt(2)).space());
      open.add(session);
      prompt(session, Steps.tokens(random, 1 + random.nextInt(30), 2), 1 + random.nextInt(9));
      prompt(session, Steps.tokens(random, 1 + random.nextInt(6), 2), 1);
      for (Session each : open) {
        FakeRuntime.check(each, each.tokens(), each.known());
      }
      if (open.size() > 2) {
        open.remove(random.nextInt(open.size())).close();
      }
    }
    open.forEach(Session::close);
  }

  private static void prompt(Session session, int[] more, int batch) {
    session.tell(session.known(), more);
    Runs.reuse(session);
    while (session.computed() < session.known()) {
      int from = session.computed();
      FakeRuntime.pass(session, from, Math.min(from + batch, session.known()));
      session.publish();
    }
  }
}
