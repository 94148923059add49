/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // about to overflow
  private final Breaker breaker = new Breaker(now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private long admitted() {
    long call = breaker.admit();
    assertThat(call).isNotEqualTo(Breaker.REFUSED);
    return call;
  }

  private void refused() {
    assertThat(breaker.admit()).isEqualTo(Breaker.REFUSED);
  }

  @Test
  void aSickTierIsLeftAloneAndThenOneCallFindsOut() {
    assertThat(breaker.sick(admitted())).as("news").isTrue();
    assertThat(breaker.isOpen()).isTrue();
    refused();
    pass(Duration.ofSeconds(10));
    assertThat(breaker.isOpen()).isFalse();
    long call = admitted();
    refused();
    assertThat(breaker.well(call)).as("news").isTrue();
    assertThat(breaker.well(admitted())).as("no news").isFalse();
    admitted();
  }

  @Test
  void aTierThatStaysSickIsLeftAloneLongerAndLonger() {
    breaker.sick(admitted());
    pass(Duration.ofSeconds(10));
    assertThat(breaker.failed(admitted())).as("no news").isFalse();
    pass(Duration.ofSeconds(19));
    refused();
    pass(Duration.ofSeconds(1));
    long call = admitted();
    for (int i = 0; i < 20; i++) {
      breaker.sick(call);
      pass(Duration.ofMinutes(5));
      call = admitted(); // never for more than five minutes
    }
    breaker.well(call);
    breaker.sick(admitted());
    pass(Duration.ofSeconds(10));
    admitted(); // as if it had never been sick
  }

  @Test
  void aFewFailuresInARowAreOneTooMany() {
    for (int i = 0; i < 10; i++) {
      assertThat(breaker.failed(admitted())).isFalse();
      assertThat(breaker.failed(admitted())).isFalse();
      breaker.well(admitted());
    }
    breaker.failed(admitted());
    breaker.failed(admitted());
    assertThat(breaker.failed(admitted())).isTrue();
    refused();
  }

  @Test
  void aCallThatShowsNothingLeavesItToTheNext() {
    breaker.sick(admitted());
    pass(Duration.ofSeconds(10));
    breaker.unknown(admitted());
    long call = admitted();
    refused();
    breaker.well(call);
    admitted();
  }

  @Test
  void callsThatBeganBeforeSayNothingNew() {
    long before = admitted();
    breaker.unknown(before);
    breaker.sick(admitted());
    breaker.well(before);
    assertThat(breaker.isOpen()).as("a late answer does not wake it").isTrue();
    pass(Duration.ofSeconds(9));
    breaker.sick(before);
    pass(Duration.ofSeconds(1));
    long call = admitted(); // nor does a late failure prolong its rest
    breaker.well(before);
    breaker.failed(before);
    refused();
    breaker.well(call);
    assertThat(breaker.isOpen()).isFalse();
  }
}
