/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.s3server.S3Server;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What instances tell each other of their uses. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UseLogTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private static Path folder;

  private static S3Server server;

  private FolderBucket bucket;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.over(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void takePrefix() {
    bucket = new FolderBucket(server.endpoint(), folder, UUID.randomUUID() + "/");
  }

  private static Deadline inTime() {
    return Deadline.after(Duration.ofMinutes(5));
  }

  private static ChunkKey key(int number) {
    byte[] bytes = new byte[ChunkKey.BYTES];
    ByteBuffer.wrap(bytes).putInt(number);
    return ChunkKey.of(bytes, 0);
  }

  private static UseLog.Entry entry(int number, int parent, long ageSeconds) {
    return new UseLog.Entry(key(number), key(parent), ageSeconds);
  }

  private static Instant use(UseTimes times, int number) {
    return times.of(key(number), Instant.EPOCH);
  }

  @Test
  void aLogIsReadAsItWasWritten() {
    List<UseLog.Entry> entries = List.of(entry(1, 0, 0), entry(2, 1, 7), entry(3, 2, 86_400));
    assertThat(UseLog.decode(UseLog.encode(entries))).isEqualTo(entries);
    assertThat(UseLog.decode(UseLog.encode(List.of()))).isEmpty();
    byte[] most = UseLog.encode(new ArrayList<>(Collections.nCopies(1 << 16, entries.get(0))));
    assertThat((long) most.length).isEqualTo(UseLog.MOST_BYTES);
  }

  @Test
  void aLogThatIsDamagedIsRefused() {
    byte[] content = UseLog.encode(List.of(entry(1, 0, 5), entry(2, 1, 5)));
    for (int i = 0; i < 8 * content.length; i++) {
      byte[] damaged = content.clone();
      damaged[i / 8] ^= (byte) (1 << (i % 8));
      assertThatThrownBy(() -> UseLog.decode(damaged)).isInstanceOf(IllegalArgumentException.class);
    }
    for (int length = 0; length < content.length; length++) {
      byte[] cut = Arrays.copyOf(content, length);
      assertThatThrownBy(() -> UseLog.decode(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theChunksBeforeOneThatIsUsedAreYounger() {
    UseTimes times = new UseTimes();
    times.add(List.of(entry(1, 0, 500), entry(2, 1, 500), entry(3, 2, 500)), NOW);
    times.add(List.of(entry(3, 2, 20)), NOW.minusSeconds(10));
    times.add(List.of(entry(5, 4, 9)), NOW); // of the one before it nothing was told
    times.settle();
    assertThat(use(times, 3)).isEqualTo(NOW.minusSeconds(30));
    assertThat(use(times, 2)).isEqualTo(use(times, 3).plusMillis(1));
    assertThat(use(times, 1)).isEqualTo(use(times, 2).plusMillis(1));
    assertThat(use(times, 4)).isEqualTo(use(times, 5).plusMillis(1));
    assertThat(use(times, 6)).isEqualTo(Instant.EPOCH);
  }

  @Test
  void chunksThatAreEachOthersParentsEnd() {
    UseTimes times = new UseTimes();
    times.add(List.of(entry(1, 2, 5), entry(2, 1, 5), entry(3, 3, 5)), NOW);
    times.settle();
    assertThat(use(times, 1)).isBetween(NOW.minusSeconds(5), NOW.plusSeconds(5));
  }

  @Test
  void whatWasStoredAnewLongAfterItsUseIsYoung() {
    UseTimes times = new UseTimes();
    times.add(List.of(entry(1, 0, 3600)), NOW);
    times.settle();
    Instant use = NOW.minusSeconds(3600);
    assertThat(times.of(key(1), use.plusSeconds(60))).isEqualTo(use);
    assertThat(times.of(key(1), use.plusSeconds(1200))).isEqualTo(use.plusSeconds(1200));
  }

  /** An instance's uses, told at once, and its clients. */
  private record Noting(S3Clients clients, Uses uses, Counters counters) implements AutoCloseable {
    static Noting in(FolderBucket bucket, Duration delay) {
      S3Settings settings = bucket.opened().settings();
      Counters counters = new Counters();
      S3Clients clients = new S3Clients(settings, counters);
      Calls calls = new Calls("the test", counters, clients.answers(), Duration.ofSeconds(1));
      SmallObjects objects =
          new SmallObjects(
              settings,
              clients,
              new Puts(settings, clients),
              new Removals(settings, clients.calls()),
              calls);
      return new Noting(clients, new Uses(bucket.names(), objects, counters, delay), counters);
    }

    @Override
    public void close() {
      uses.close(inTime());
      clients.close();
    }
  }

  private List<UseLog.Entry> read(String log) throws Exception {
    return UseLog.decode(Files.readAllBytes(bucket.file(log)));
  }

  @Test
  void usesAreWrittenBehind() throws Exception {
    try (Noting noting = Noting.in(bucket, Duration.ofMillis(20))) {
      noting.uses().used(key(2), key(1));
      while (noting.counters().all().getOrDefault("uses.written", 0L) < 1) {
        Thread.onSpinWait();
      }
      assertThat(bucket.logs()).containsExactly(noting.uses().log());
      assertThat(read(noting.uses().log())).first().isEqualTo(entry(2, 1, 0));
    }
  }

  @Test
  void aUseIsNoReasonToWriteAgainWithinTheHour() throws Exception {
    try (Noting noting = Noting.in(bucket, Duration.ofHours(1))) {
      noting.uses().used(key(2), key(1));
      noting.uses().write(inTime());
      noting.uses().used(key(2), key(1));
      noting.uses().write(inTime());
      assertThat(noting.counters().all()).containsEntry("uses.written", 1L);
      noting.uses().used(key(3), key(2));
    }
    assertThat(bucket.logs()).hasSize(1);
    assertThat(read(bucket.logs().getFirst())).hasSize(2); // the end writes what is left
  }

  @Test
  void noMoreUsesAreKeptThanALogHolds() {
    try (Noting noting = Noting.in(bucket, Duration.ofHours(1))) {
      for (int i = 0; i <= UseLog.MOST_ENTRIES; i++) {
        noting.uses().used(key(i), key(i - 1));
      }
      assertThat(noting.uses().entries()).hasSize(UseLog.MOST_ENTRIES);
      assertThat(noting.uses().entries().getFirst().key()).isEqualTo(key(1));
    }
  }

  @Test
  void aLogOfSomebodyElseIsLeftOutAndCounted() throws Exception {
    String foreign = bucket.names().uses() + "foreign";
    TestChunks chunks = new TestChunks(3);
    try (S3Tier tier = bucket.opened().tier()) {
      TestBucket.put(server.endpoint(), foreign, "no log".getBytes(StandardCharsets.UTF_8));
      assertThat(tier.write(chunks.full(1).bytes(), inTime())).isEqualTo(WriteResult.STORED);
      assertThat(tier.collect(inTime())).isEqualTo(Collected.NOTHING);
      assertThat(tier.counters()).containsEntry("uses.damaged", 1L);
      assertThat(bucket.file(foreign)).exists();
    }
  }

  @Test
  void theLogOfAnInstanceThatIsGoneIsTakenOver() throws Exception {
    byte[] content = UseLog.encode(List.of(entry(1, 0, 100), entry(2, 1, 50)));
    String old = bucket.names().uses() + "old";
    String young = bucket.names().uses() + "young";
    try (S3Tier tier = bucket.opened().tier()) {
      TestBucket.put(server.endpoint(), old, content);
      TestBucket.put(server.endpoint(), young, content);
      bucket.age(old, Duration.ofHours(25));
      tier.collect(inTime());
    }
    assertThat(bucket.file(old)).doesNotExist();
    assertThat(bucket.file(young)).exists();
    List<String> own = new ArrayList<>(bucket.logs());
    own.remove(young);
    List<UseLog.Entry> taken = read(own.getFirst());
    assertThat(taken).extracting(UseLog.Entry::key).containsExactly(key(1), key(2));
    assertThat(taken.getFirst().ageSeconds()).isBetween(90_000L, 95_000L);
  }
}
