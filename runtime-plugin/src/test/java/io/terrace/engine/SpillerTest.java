/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.PagePool;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.format.ChunkFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Work behind the requests that is no storing. */
final class SpillerTest {
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final EngineEvents events =
      new EngineEvents() {
        @Override
        public void failed(Throwable failure) {
          failures.add(failure);
        }

        @Override
        public void faulty(String tier, ChunkKey key, ChunkFault fault) {
          throw new AssertionError("nothing is read here");
        }
      };

  private final PagePool pool = new PagePool(4 << 20, true);
  private final AtomicInteger done = new AtomicInteger();

  private TierQueue queue(Spiller spiller) {
    return spiller.queue("tier", true, Admission.ALL, new TierCounters(), job -> true);
  }

  private boolean flush(Spiller spiller) {
    return spiller.flush(Deadline.after(Duration.ofSeconds(60)));
  }

  @Test
  void soMuchWaitsAtMost() {
    CountDownLatch go = new CountDownLatch(1);
    try (Spiller spiller = new Spiller(1 << 20, pool, events)) {
      TierQueue queue = queue(spiller);
      assertThat(spiller.later(queue, () -> HangingTier.awaitDeaf(go))).isTrue();
      for (int i = 1; i < 1024; i++) {
        assertThat(spiller.later(queue, done::incrementAndGet)).isTrue();
      }
      assertThat(spiller.later(queue, done::incrementAndGet)).as("one more").isFalse();
      assertThat(spiller.flush(Deadline.after(Duration.ofMillis(1)))).isFalse();
      go.countDown();
      assertThat(flush(spiller)).isTrue();
      assertThat(done).hasValue(1023);
      assertThat(spiller.later(queue, done::incrementAndGet)).as("there is room again").isTrue();
      assertThat(flush(spiller)).isTrue();
      assertThat(done).hasValue(1024);
      assertThat(failures).isEmpty();
    }
  }

  @Test
  void whatFailsKeepsNothingFromBeingDone() {
    try (Spiller spiller = new Spiller(1 << 20, pool, events)) {
      TierQueue queue = queue(spiller);
      spiller.later(
          queue,
          () -> {
            throw new IllegalStateException("broken");
          });
      spiller.later(queue, done::incrementAndGet);
      assertThat(flush(spiller)).isTrue();
      assertThat(done).hasValue(1);
      assertThat(failures).hasSize(1);
      assertThat(failures.getFirst()).hasMessageContaining("broken");
    }
  }

  @Test
  void nothingIsTakenAtTheEnd() {
    Spiller spiller = new Spiller(1 << 20, pool, events);
    TierQueue queue = queue(spiller);
    spiller.close();
    assertThat(spiller.later(queue, done::incrementAndGet)).isFalse();
  }
}
