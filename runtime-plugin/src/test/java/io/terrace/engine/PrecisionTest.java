/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.Seeds;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Chunks that are kept in other pages than sessions compute in. */
final class PrecisionTest {
  private final InMemoryStore store = new InMemoryStore();

  private Instance instance() {
    return Instance.withPrecision(EndsOnly::new, context -> new InMemoryTier(store, context));
  }

  private static int[] prompt(int tokens) {
    return IntStream.range(0, tokens).toArray();
  }

  private static int[] changed(int[] prompt, int at) {
    int[] other = prompt.clone();
    other[at] = -1;
    return other;
  }

  @Test
  void whatIsKeptTakesTheRoomOfFewerBits() {
    try (Instance instance = instance()) {
      instance.ask(prompt(200));
      instance.flush();
      assertThat(instance.space().geometry()).isEqualTo(new EndsOnly(Instance.GEOMETRY).kept());
      assertThat(instance.counters("tier1").storedBytes.sum())
          .as("six chunks, and a header for each and its reference")
          .isEqualTo(6L * instance.space().geometry().pageBytes() + 12 * 4096);
      assertThat(instance.pool().pagesInUse()).isEqualTo(instance.engine().chunks());
    }
  }

  @Test
  void memoryServesToTheToken() {
    try (Instance instance = instance()) {
      assertThat(instance.ask(prompt(200))).isZero();
      assertThat(instance.ask(prompt(200))).isEqualTo(199);
      assertThat(instance.ask(changed(prompt(200), 150))).isEqualTo(150);
      assertThat(instance.ask(prompt(260))).isEqualTo(200);
      assertThat(instance.ask(prompt(256))).isEqualTo(255);
    }
  }

  @Test
  void anotherInstanceServes() {
    try (Instance writer = instance()) {
      writer.ask(prompt(213));
      writer.flush();
    }
    try (Instance reader = instance()) {
      assertThat(reader.ask(changed(prompt(260), 213))).isEqualTo(213);
      assertThat(reader.faults()).isEmpty();
    }
  }

  @Test
  void anInstanceOfAnotherPrecisionFindsNothing() {
    try (Instance writer = instance()) {
      writer.ask(prompt(200));
      writer.flush();
    }
    try (Instance exact =
        Instance.withPrecision(Precision.EXACT, context -> new InMemoryTier(store, context))) {
      assertThat(exact.ask(prompt(200))).as("even under the same fingerprint").isZero();
    }
  }

  /** A session that goes back and computes other tokens shares the new ones. */
  @Test
  void whatIsComputedAnewIsKeptAnew() {
    Random random = new Random(Seeds.get());
    try (Instance instance = instance()) {
      Session session = instance.engine().open(instance.space());
      int[] tokens = prompt(200);
      session.tell(0, tokens);
      FakeRuntime.pass(session, 0, 200);
      session.publish();
      for (int i = 0; i < 50; i++) {
        int from = 1 + random.nextInt(198);
        int[] more = random.ints(200 - from, 0, 1000).toArray();
        System.arraycopy(more, 0, tokens, from, more.length);
        session.tell(from, more);
        FakeRuntime.pass(session, from, 200);
        session.publish();
        instance.ask(tokens.clone());
        FakeRuntime.check(session, tokens, 200);
      }
      session.close();
    }
  }
}
