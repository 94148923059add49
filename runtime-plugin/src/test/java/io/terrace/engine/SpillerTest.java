/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.format.ChunkFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
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

  private final AtomicInteger done = new AtomicInteger();

  private boolean flush(Spiller spiller) {
    return spiller.flush(Deadline.after(Duration.ofSeconds(60)));
  }

  @Test
  void soMuchWaitsAtMost() {
    CountDownLatch go = new CountDownLatch(1);
    try (Spiller spiller = new Spiller(1 << 20, events, new LongAdder())) {
      assertThat(spiller.later(() -> HangingTier.awaitDeaf(go))).isTrue();
      for (int i = 1; i < 1024; i++) {
        assertThat(spiller.later(done::incrementAndGet)).isTrue();
      }
      assertThat(spiller.later(done::incrementAndGet)).as("one more").isFalse();
      assertThat(spiller.flush(Deadline.after(Duration.ofMillis(1)))).isFalse();
      go.countDown();
      assertThat(flush(spiller)).isTrue();
      assertThat(done).hasValue(1023);
      assertThat(spiller.later(done::incrementAndGet)).as("there is room again").isTrue();
      assertThat(flush(spiller)).isTrue();
      assertThat(done).hasValue(1024);
      assertThat(failures).isEmpty();
    }
  }

  @Test
  void whatFailsKeepsNothingFromBeingDone() {
    try (Spiller spiller = new Spiller(1 << 20, events, new LongAdder())) {
      spiller.later(
          () -> {
            throw new IllegalStateException("broken");
          });
      spiller.later(done::incrementAndGet);
      assertThat(flush(spiller)).isTrue();
      assertThat(done).hasValue(1);
      assertThat(failures).hasSize(1);
      assertThat(failures.getFirst()).hasMessageContaining("broken");
    }
  }

  @Test
  void nothingIsTakenAtTheEnd() {
    Spiller spiller = new Spiller(1 << 20, events, new LongAdder());
    spiller.close();
    assertThat(spiller.later(done::incrementAndGet)).isFalse();
  }
}
