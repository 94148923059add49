/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks and servers that fail, between a tier and a real server. */
@Execution(ExecutionMode.CONCURRENT) // most of it is waiting
final class BadDaysTest extends ProxiedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration REST = Duration.ofMillis(200);
  private static final byte MARK = 0x5A;

  private final TestChunks chunks = new TestChunks(11);
  private final TestChunk chunk = chunks.full(1);

  /** A fault, what it is counted as, and what its message has. */
  record Case(HttpKind http, String name, Fault fault, Reason reason, List<String> says) {
    @Override
    public String toString() {
      return http + ", " + name;
    }
  }

  /** All of them with the client that is the default, and what differs with the others. */
  static Stream<Case> faults() {
    Set<String> differing = Set.of("AccessDenied", "reset", "black hole", "cut payload");
    return Stream.of(HttpKind.values())
        .flatMap(BadDaysTest::faults)
        .filter(each -> each.http() == HttpKind.APACHE || differing.contains(each.name()));
  }

  private static Stream<Case> faults(HttpKind http) {
    return Stream.of(
        denied(http, "AccessDenied", Reason.DENIED, "keys"),
        denied(http, "RequestTimeTooSkewed", Reason.CLOCK, "NTP"),
        error(http, 404, "NoSuchBucket", Reason.BUCKET, "'bucket'"),
        error(http, 500, "InternalError", Reason.SERVER, "log"),
        error(http, 503, "SlowDown", Reason.THROTTLED, "'connections'"),
        new Case(http, "reset", Fault.reset(), Reason.CONNECTION, List.of("'endpoint'")),
        new Case(http, "black hole", Fault.blackHole(), Reason.LATE, List.of("deadline", "load")),
        new Case(http, "cut header", Fault.cutAfter(100), Reason.CUT, List.of("4608", "proxy")),
        new Case(http, "cut payload", Fault.cutAfter(4200), Reason.CUT, List.of("4608", "proxy")));
  }

  private static Case denied(HttpKind http, String code, Reason reason, String says) {
    return error(http, 403, code, reason, says);
  }

  private static Case error(HttpKind http, int status, String code, Reason reason, String says) {
    List<String> all = List.of(Integer.toString(status), says);
    return new Case(http, code, Fault.error(status, code), reason, all);
  }

  private KvTier open(HttpKind http, String... more) {
    Map<String, String> keys = keys(more);
    keys.put("http", http.name().toLowerCase(Locale.ROOT));
    return TestTiers.open(keys, REST);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(1500));
  }

  private static long count(KvTier tier, Reason reason) {
    return count(tier, "fail." + reason.text());
  }

  private static long count(KvTier tier, String name) {
    return Objects.requireNonNull(tier.counters().get(name), name);
  }

  private static long failures(SortedMap<String, Long> counters) {
    return counters.entrySet().stream()
        .filter(each -> each.getKey().startsWith("fail."))
        .mapToLong(each -> each.getValue())
        .sum();
  }

  private void store(KvTier tier) throws TierException {
    assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
  }

  private void expectFound(KvTier tier) throws TierException {
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(chunk.key(), sink, TestTiers.inTime())).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.header()).isEqualTo(chunk.headerBytes());
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void readFailsInTimeAndIsCounted(Case bad) throws TierException {
    try (KvTier tier = open(bad.http())) {
      store(tier);
      proxy.fail(bad.fault());
      long start = System.nanoTime();
      TierException failure =
          catchThrowableOfType(
              TierException.class, () -> tier.read(chunk.key(), new RecordingSink(), soon()));
      assertThat(System.nanoTime() - start).isLessThan(PATIENCE.toNanos());
      assertThat(failure)
          .hasMessageContaining(chunk.key().toString())
          .hasMessageContaining(TestBucket.NAME)
          .hasMessageContaining(proxy.endpoint().toString())
          .hasMessageContainingAll(bad.says().toArray(CharSequence[]::new));
      assertThat(count(tier, bad.reason())).as(failure.getMessage()).isOne();
      assertThat(failures(tier.counters())).isOne();
      proxy.fail(Fault.none());
      expectFound(tier);
    }
  }

  /**
   * Answers to writes have no body that could be cut; and after an overload the SDK lets requests
   * go so slowly that one test of it is enough.
   */
  static Stream<Case> writeFaults() {
    Set<Reason> others = Set.of(Reason.CUT, Reason.THROTTLED);
    return faults().filter(each -> !others.contains(each.reason()));
  }

  @ParameterizedTest
  @MethodSource("writeFaults")
  void writeFailsInTimeAndLeavesNothing(Case bad) throws TierException {
    try (KvTier tier = open(bad.http())) {
      proxy.fail(bad.fault().when(exchange -> exchange.is("PUT")));
      long start = System.nanoTime();
      assertThatThrownBy(() -> tier.write(chunk.bytes(), soon()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining(chunk.key().toString());
      assertThat(System.nanoTime() - start).isLessThan(PATIENCE.toNanos());
      assertThat(count(tier, bad.reason())).isOne();
      proxy.fail(Fault.none());
      assertThat(tier.contains(chunk.key(), TestTiers.inTime())).isFalse();
      store(tier);
      expectFound(tier);
    }
  }

  /** Reads a chunk whose payload stalls, in vain; what stalls goes on when it is let go. */
  private CountDownLatch expectStalled(KvTier tier, ChunkSink sink) {
    CountDownLatch release = new CountDownLatch(1);
    proxy.fail(Fault.stallAfter(Chunk.HEADER_BYTES + 64, release));
    assertThatThrownBy(() -> tier.read(chunk.key(), sink, soon()))
        .isInstanceOf(TierException.class);
    return release;
  }

  @ParameterizedTest
  @EnumSource(HttpKind.class)
  void memoryIsLeftAloneOnceTheCallerHasItBack(HttpKind http) throws Exception {
    try (KvTier tier = open(http)) {
      store(tier);
      RecordingSink sink = new RecordingSink();
      CountDownLatch release = expectStalled(tier, sink);
      assertThat(sink.payloadBytes()).isEqualTo(chunk.payload().byteSize());
      sink.memory().fill(MARK);
      proxy.fail(Fault.none());
      release.countDown();
      expectFound(tier); // by then what was held back has come, or its connection has gone
      assertThat(sink.payload()).containsOnly(MARK);
      assertThat(sink.isUntouchedAround()).isTrue();
      assertThat(count(tier, Reason.LATE)).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(HttpKind.class)
  void aReadThatIsLateHoldsNoThread(HttpKind http) throws Exception {
    try (KvTier tier = open(http)) {
      store(tier);
      RecordingSink sink = new RecordingSink();
      AtomicReference<Thread> reader = new AtomicReference<>();
      CountDownLatch release =
          expectStalled(
              tier,
              (header, payloadBytes) -> {
                reader.set(Thread.currentThread());
                return sink.accept(header, payloadBytes);
              });
      Thread thread = Objects.requireNonNull(reader.get(), "no header came");
      Deadline early = Deadline.after(Duration.ofSeconds(15)); // the silence itself is longer
      boolean reading = isReading(thread);
      while (reading && !early.isOver()) {
        Thread.sleep(10);
        reading = isReading(thread);
      }
      assertThat(reading).isFalse();
      release.countDown();
    }
  }

  /** Threads are the whole JVM's: other tests read on others, and on this one as soon as it may. */
  private static boolean isReading(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(Download.class.getName()));
  }

  @ParameterizedTest
  @EnumSource(HttpKind.class)
  void wrongBytesAreHandedOnAsTheyCame(HttpKind http) throws Exception {
    try (KvTier tier = open(http)) {
      store(tier);
      proxy.fail(Fault.flip(Chunk.HEADER_BYTES + 10));
      RecordingSink sink = new RecordingSink();
      assertThat(tier.read(chunk.key(), sink, TestTiers.inTime())).isEqualTo(ReadOutcome.FOUND);
      byte[] wanted = chunk.payloadBytes();
      wanted[10] ^= 1;
      assertThat(sink.payload()).isEqualTo(wanted);
    }
  }

  @Test
  void serverThatCannotBeReachedIsLeftAloneAndFoundAgain() throws Exception {
    try (KvTier tier = open(HttpKind.APACHE)) {
      store(tier);
      proxy.refuse();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> tier.contains(chunk.key(), TestTiers.inTime()))
            .isExactlyInstanceOf(TierException.class)
            .hasMessageContaining("'endpoint'");
      }
      assertThat(count(tier, Reason.CONNECTION)).isEqualTo(3);
      assertThat(tier.counters()).containsEntry("breaker.opened", 1L);
      proxy.acceptAgain();
      int before = proxy.accepted();
      assertThatThrownBy(() -> tier.read(chunk.key(), new RecordingSink(), TestTiers.inTime()))
          .isInstanceOf(TierUnavailableException.class)
          .hasMessageContaining(TestBucket.NAME);
      assertThat(proxy.accepted()).isEqualTo(before);
      assertThat(tier.counters()).containsEntry("breaker.refused", 1L);
      awaitFound(tier);
      expectFound(tier);
      assertThat(count(tier, Reason.CONNECTION)).isEqualTo(3);
    }
  }

  private void awaitFound(KvTier tier) throws Exception {
    Deadline patience = Deadline.after(PATIENCE);
    while (!patience.isOver()) {
      try {
        expectFound(tier);
        return;
      } catch (TierUnavailableException e) {
        Thread.sleep(REST);
      }
    }
    throw new AssertionError("no probe closed the breaker");
  }

  @Test
  void probeThatFailsKeepsTheServerAlone() throws Exception {
    try (KvTier tier = open(HttpKind.APACHE)) {
      proxy.refuse();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> tier.contains(chunk.key(), TestTiers.inTime()))
            .isInstanceOf(TierException.class);
      }
      Thread.sleep(REST.plus(REST));
      assertThatThrownBy(() -> tier.contains(chunk.key(), TestTiers.inTime()))
          .isExactlyInstanceOf(TierException.class);
      assertThatThrownBy(() -> tier.contains(chunk.key(), TestTiers.inTime()))
          .isInstanceOf(TierUnavailableException.class);
      assertThat(tier.counters()).containsEntry("breaker.opened", 2L);
    }
  }

  @Test
  void blackHoleIsLeftAloneToo() throws Exception {
    try (KvTier tier = open(HttpKind.APACHE)) {
      proxy.fail(Fault.blackHole());
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> tier.contains(chunk.key(), Deadline.after(Duration.ofMillis(300))))
            .isExactlyInstanceOf(TierException.class);
      }
      assertThatThrownBy(() -> tier.contains(chunk.key(), TestTiers.inTime()))
          .isInstanceOf(TierUnavailableException.class);
    }
  }

  @Test
  void serverThatAnswersIsNotLeftAloneHoweverItAnswers() throws Exception {
    try (KvTier tier = open(HttpKind.APACHE)) {
      store(tier);
      proxy.fail(Fault.error(403, "AccessDenied"));
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> tier.contains(chunk.key(), TestTiers.inTime()))
            .isExactlyInstanceOf(TierException.class);
      }
      CountDownLatch never = new CountDownLatch(1);
      proxy.fail(Fault.stallAfter(Chunk.HEADER_BYTES, never));
      for (int i = 0; i < 4; i++) {
        assertThatThrownBy(
                () ->
                    tier.read(
                        chunk.key(), new RecordingSink(), Deadline.after(Duration.ofMillis(500))))
            .isExactlyInstanceOf(TierException.class);
      }
      never.countDown();
      assertThat(tier.counters()).containsEntry("breaker.opened", 0L);
    }
  }

  @Test
  void clockThatIsOffIsCorrectedOnceAndTold() throws Exception {
    try (KvTier tier = open(HttpKind.APACHE)) {
      store(tier);
      String date =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.now().plus(Duration.ofHours(2)).atOffset(ZoneOffset.UTC));
      Fault skewed = Fault.error(403, "RequestTimeTooSkewed", "Date: " + date + "\r\n", "skewed");
      proxy.fail(skewed.when(exchange -> exchange.is("GET")).times(1));
      expectFound(tier);
      assertThat(count(tier, "clock.skewed")).isPositive();
      assertThat(count(tier, Reason.CLOCK)).isZero();
    }
  }

  @Test
  void writeWhoseAnswerWasLostIsLookedForAgain() throws Exception {
    try (KvTier tier = open(HttpKind.APACHE)) {
      proxy.fail(Fault.answerLost().when(exchange -> exchange.is("PUT")));
      assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.PRESENT);
      proxy.fail(Fault.none());
      expectFound(tier);
    }
  }

  @Test
  void batchOnABadDayEndsEachRequestOnce() throws Exception {
    try (KvTier tier = open(HttpKind.APACHE)) {
      store(tier);
      proxy.fail(Fault.error(500, "InternalError"));
      assertThatThrownBy(
              () -> tier.containsAll(List.of(chunk.key(), chunks.absent(1)), TestTiers.inTime()))
          .isInstanceOf(TierException.class);
      proxy.fail(Fault.none());
      assertThat(tier.containsAll(List.of(chunk.key(), chunks.absent(1)), TestTiers.inTime()))
          .satisfies(here -> assertThat(here.cardinality()).isOne());
    }
  }
}
