/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each fault does what its name says, as often as it was asked to, and the same for one seed. */
final class FaultyTierTest {
  private static final Deadline SOON = Deadline.after(Duration.ofMinutes(5));

  private final TestChunks chunks = new TestChunks(7);
  private final InMemoryTier inner = new InMemoryTier(new RecordingContext());
  private final TestChunk chunk = chunks.full(1);
  private final FaultyTier tier = new FaultyTier(inner, 42);

  FaultyTierTest() throws TierException {
    inner.write(chunk.bytes(), SOON);
  }

  private ReadOutcome read(RecordingSink sink) throws TierException {
    return tier.read(chunk.key(), sink, SOON);
  }

  @Test
  void withoutFaultsNothingIsDifferent() throws TierException {
    RecordingSink sink = new RecordingSink();
    assertThat(read(sink)).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
    assertThat(tier.contains(chunks.absent(1), SOON)).isFalse();
    assertThat(tier.examine(SOON)).isEqualTo(inner.examine(SOON)).isNotEmpty();
    assertThat(tier.counters()).isEqualTo(inner.counters()).isNotEmpty();
    assertThat(Arrays.stream(Fault.values()).mapToLong(tier::fired).sum()).isZero();
  }

  @Test
  void errorsStrikeEveryCallAndLeaveTheTierAlone() {
    tier.with(Fault.IO_ERROR, 1);
    TestChunk other = chunks.full(2);
    assertThatThrownBy(() -> tier.write(other.bytes(), SOON)).isInstanceOf(TierException.class);
    assertThatThrownBy(() -> tier.contains(chunk.key(), SOON)).isInstanceOf(TierException.class);
    assertThatThrownBy(() -> read(new RecordingSink()))
        .isExactlyInstanceOf(TierException.class)
        .hasMessageContaining("-Dterrace.test.seed=42")
        .hasMessageContaining("IO_ERROR=3");
    assertThatThrownBy(() -> tier.lease(chunk.key(), SOON)).isInstanceOf(TierException.class);
    assertThatThrownBy(() -> tier.remove(chunk.key(), SOON)).isInstanceOf(TierException.class);
    assertThatThrownBy(() -> tier.setAside(chunk.key(), "test", SOON))
        .isInstanceOf(TierException.class);
    assertThatThrownBy(() -> tier.list(null, 1, SOON)).isInstanceOf(TierException.class);
    assertThatThrownBy(() -> tier.examine(SOON)).isInstanceOf(TierException.class);
    assertThatThrownBy(() -> tier.collect(SOON)).isInstanceOf(TierException.class);
    assertThat(tier.fired(Fault.IO_ERROR)).isEqualTo(9);
    tier.with(Fault.IO_ERROR, 0).with(Fault.UNAVAILABLE, 1);
    assertThatThrownBy(() -> tier.contains(chunk.key(), SOON))
        .isInstanceOf(TierUnavailableException.class);
    tier.with(Fault.UNAVAILABLE, 0);
    assertThat(tier).returns(1L, t -> t.fired(Fault.UNAVAILABLE));
    assertThat(inner).satisfies(t -> assertThat(t.contains(chunk.key(), SOON)).isTrue());
    assertThat(inner).satisfies(t -> assertThat(t.contains(other.key(), SOON)).isFalse());
  }

  @Test
  void aShortReadFillsAPartAndFails() {
    tier.with(Fault.SHORT_READ, 1);
    boolean someTouched = false;
    for (int i = 0; i < 10; i++) {
      RecordingSink sink = new RecordingSink();
      assertThatThrownBy(() -> read(sink)).hasMessageContaining(" of 512 bytes of " + chunk.key());
      byte[] got = sink.payload();
      int same = Arrays.mismatch(got, chunk.payloadBytes());
      byte[] rest = Arrays.copyOfRange(got, same, got.length);
      assertThat(rest).as("behind the part that was read").containsOnly(RecordingSink.EMPTY);
      someTouched |= same > 0;
    }
    assertThat(someTouched).isTrue();
    assertThat(tier.fired(Fault.SHORT_READ)).isEqualTo(10);
  }

  @Test
  void aBitFlipIsOneBitOfHeaderOrPayload() throws TierException {
    tier.with(Fault.BIT_FLIP, 1);
    int headers = 0;
    for (int i = 0; i < 40; i++) {
      RecordingSink sink = new RecordingSink();
      assertThat(read(sink)).isEqualTo(ReadOutcome.FOUND);
      int inHeader = differentBits(sink.header(), chunk.headerBytes());
      int inPayload = differentBits(sink.payload(), chunk.payloadBytes());
      assertThat(inHeader + inPayload).isEqualTo(1);
      headers += inHeader;
    }
    assertThat(headers).isBetween(1, 39);
    assertThat(tier.fired(Fault.BIT_FLIP)).isEqualTo(40);
    RecordingSink sink = new RecordingSink();
    inner.read(chunk.key(), sink, SOON);
    assertThat(sink.payload()).as("in the store").isEqualTo(chunk.payloadBytes());
    assertThat(sink.header()).as("in the store").isEqualTo(chunk.headerBytes());
  }

  private static int differentBits(byte[] one, byte[] other) {
    int bits = 0;
    for (int i = 0; i < one.length; i++) {
      bits += Integer.bitCount((one[i] ^ other[i]) & 0xFF);
    }
    return bits;
  }

  @Test
  void whatDisappearsIsGone() throws TierException {
    tier.with(Fault.DISAPPEAR, 1);
    assertThat(read(new RecordingSink())).isEqualTo(ReadOutcome.MISSING);
    assertThat(inner.contains(chunk.key(), SOON)).isFalse();
    assertThat(tier.contains(chunk.key(), SOON)).isFalse();
    assertThat(tier.fired(Fault.DISAPPEAR)).as("once, as it was there once").isEqualTo(1);
  }

  @Test
  void aHangEndsWithAnInterrupt() throws Exception {
    tier.with(Fault.HANG, 1);
    Deadline passed = Deadline.after(Duration.ofNanos(-1));
    Running<Boolean> hanging =
        Running.start(
            Duration.ofMinutes(1),
            () -> {
              assertThatThrownBy(() -> tier.contains(chunk.key(), passed))
                  .isInstanceOf(TierException.class)
                  .hasMessageContaining("interrupted");
              return Thread.interrupted();
            });
    hanging.untilItWaits();
    assertThat(hanging.isDone()).as("over, though nobody interrupted it").isFalse();
    hanging.thread().interrupt();
    assertThat(hanging.result("a call", "the test")).as("the thread's flag").isTrue();
  }

  @Test
  void latencyKeepsTheDeadline() throws TierException {
    tier.with(Fault.LATENCY, 1).withLatency(Duration.ofDays(1000));
    Deadline passed = Deadline.after(Duration.ofNanos(-1));
    assertThatThrownBy(() -> tier.contains(chunk.key(), passed)).isInstanceOf(TierException.class);
    tier.withLatency(Duration.ofNanos(1));
    assertThat(tier.contains(chunk.key(), SOON)).isTrue();
    assertThat(tier.fired(Fault.LATENCY)).isEqualTo(2);
  }

  @Test
  void oneSeedGivesOneSequenceAndAboutAsManyFaultsAsAskedFor() {
    List<Integer> once = failures(1);
    assertThat(failures(1)).isEqualTo(once);
    assertThat(failures(2)).isNotEqualTo(once);
    assertThat(once.size()).isBetween(150, 250);
  }

  private List<Integer> failures(long seed) {
    FaultyTier faulty = new FaultyTier(inner, seed).with(Fault.IO_ERROR, 0.2);
    List<Integer> failed = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      try {
        faulty.contains(chunk.key(), SOON);
      } catch (TierException e) {
        failed.add(i);
      }
    }
    assertThat(faulty.fired(Fault.IO_ERROR)).isEqualTo(failed.size());
    return failed;
  }

  @Test
  void aProbabilityIsOne() {
    assertThatThrownBy(() -> tier.with(Fault.HANG, 1.01))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a probability is 0 to 1, got 1.01");
  }
}
