/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadlineTest {
  /** A clock may stand anywhere, and may step over the largest number. */
  @ParameterizedTest
  @ValueSource(longs = {0, 42, -42, Long.MAX_VALUE - 500, Long.MIN_VALUE, Long.MAX_VALUE})
  void countsDownAndStaysOver(long start) {
    AtomicLong clock = new AtomicLong(start);
    Deadline deadline = Deadline.after(Duration.ofNanos(1_000), clock::get);
    assertThat(deadline.remainingNanos()).isEqualTo(1_000);
    assertThat(deadline.isOver()).isFalse();
    clock.addAndGet(999);
    assertThat(deadline.remainingNanos()).isEqualTo(1);
    assertThat(deadline.isOver()).isFalse();
    clock.incrementAndGet();
    assertThat(deadline.isOver()).isTrue();
    clock.addAndGet(Duration.ofDays(1000).toNanos());
    assertThat(deadline.remainingNanos()).isZero();
    assertThat(deadline.isOver()).isTrue();
  }

  @Test
  void timeThatHasPassedIsOver() {
    assertThat(Deadline.after(Duration.ofNanos(-1)).isOver()).isTrue();
    assertThat(Deadline.after(Duration.ZERO, () -> 5).isOver()).isTrue();
    assertThat(Deadline.after(Duration.ofDays(1)).isOver()).isFalse();
  }

  @Test
  void neverIsNever() {
    assertThat(Deadline.NEVER.remainingNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(Deadline.NEVER.isOver()).isFalse();
    assertThat(Deadline.NEVER).hasToString("no deadline");
    assertThat(Deadline.after(Duration.ofMillis(2), () -> 7)).hasToString("2000 us left");
  }
}
