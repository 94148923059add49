/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.s3server.S3Server;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chunks of a bucket stay within their bytes and their age, whichever instance sees to it. */
final class CollectorTest {
  private static final long CHUNK = ChunkHeader.BYTES + (long) TestChunks.SMALL.pageBytes();

  @TempDir private static Path folder;

  private static S3Server server;

  private final TestChunks chunks = new TestChunks(7);
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

  private static TestChunk store(S3Tier tier, TestChunk chunk) throws Exception {
    assertThat(tier.write(chunk.bytes(), inTime())).isEqualTo(WriteResult.STORED);
    return chunk;
  }

  /** Stores chunks by an instance that ends. */
  private List<ChunkKey> store(List<TestChunk> all) throws Exception {
    try (S3Tier writer = bucket.opened().tier()) {
      for (TestChunk chunk : all) {
        store(writer, chunk);
      }
    }
    return all.stream().map(TestChunk::key).toList();
  }

  private List<TestChunk> some(int count) {
    return IntStream.range(0, count).mapToObj(chunks::full).toList();
  }

  /** Chunks of one prompt, which follow each other. */
  private List<TestChunk> prompt(int count) {
    List<TestChunk> prompt = new ArrayList<>();
    prompt.add(chunks.full(100));
    while (prompt.size() < count) {
      prompt.add(chunks.after(prompt.getLast(), 100 + prompt.size()));
    }
    return prompt;
  }

  private void age(ChunkKey key, Duration age) throws Exception {
    bucket.age(bucket.names().chunk(key), age);
  }

  private boolean isHere(ChunkKey key) {
    return Files.exists(bucket.file(bucket.names().chunk(key)));
  }

  @Test
  void whatWasUsedLongestAgoGoesFirst() throws Exception {
    List<ChunkKey> keys = store(some(20));
    bucket.removeLogs();
    for (int i = 0; i < 20; i++) {
      age(keys.get(i), Duration.ofHours(100 - 3L * i));
    }
    RecordingContext context = new RecordingContext();
    try (S3Tier tier = bucket.opened().capacity(20 * CHUNK).tier(context)) {
      assertThat(tier.collect(inTime())).isEqualTo(Collected.NOTHING);
      store(tier, chunks.full(20));
      assertThat(context.evicted()).isEqualTo(keys.subList(0, 3)); // down to nine tenths
      assertThat(bucket.chunks()).isEqualTo(18);
      assertThat(tier.counters()).containsEntry("collect.chunks", 3L);
      assertThat(tier.counters()).containsEntry("collect.bytes", 3 * CHUNK);
    }
  }

  @Test
  void ofAPromptTheEndGoesFirst() throws Exception {
    List<ChunkKey> keys = store(prompt(10));
    RecordingContext context = new RecordingContext();
    try (S3Tier tier = bucket.opened().capacity(8 * CHUNK).tier(context)) {
      assertThat(tier.collect(inTime())).isEqualTo(new Collected(3, 3 * CHUNK));
    }
    assertThat(context.evicted()).containsExactly(keys.get(9), keys.get(8), keys.get(7));
  }

  @Test
  void aReadByAnotherInstanceKeepsAChunkAndThoseBeforeIt() throws Exception {
    List<ChunkKey> prompt = store(prompt(3));
    for (ChunkKey key : prompt) {
      age(key, Duration.ofDays(4));
    }
    bucket.ageLogs(Duration.ofDays(4));
    ChunkKey other = chunks.full(4).key();
    assertThat(store(List.of(chunks.full(4)))).containsExactly(other);
    age(other, Duration.ofDays(2));
    bucket.ageLogs(Duration.ofDays(3));
    try (S3Tier reader = bucket.opened().tier()) {
      ReadOutcome outcome = reader.read(prompt.getLast(), new RecordingSink(), inTime());
      assertThat(outcome).isEqualTo(ReadOutcome.FOUND);
    }
    RecordingContext context = new RecordingContext();
    try (S3Tier tier = bucket.opened().capacity(4 * CHUNK).tier(context)) {
      assertThat(tier.collect(inTime())).isEqualTo(Collected.NOTHING);
      store(tier, chunks.full(5));
    }
    assertThat(context.evicted()).containsExactly(other, prompt.getLast());
  }

  @Test
  void whatWasNotUsedForLongGoesWhereThereIsAnAge() throws Exception {
    List<ChunkKey> keys = store(some(3));
    age(keys.get(0), Duration.ofDays(40));
    age(keys.get(1), Duration.ofDays(20));
    age(keys.get(2), Duration.ofDays(40));
    bucket.ageLogs(Duration.ofDays(40));
    try (S3Tier reader = bucket.opened().tier()) {
      reader.read(keys.get(2), new RecordingSink(), inTime());
    }
    try (S3Tier tier = bucket.opened().maxAge(Duration.ofDays(30)).tier()) {
      assertThat(tier.collect(inTime())).isEqualTo(new Collected(1, CHUNK));
    }
    assertThat(keys.stream().map(this::isHere)).containsExactly(false, true, true);
  }

  @Test
  void whatOneInstanceWritesAnotherCollects() throws Exception {
    try (S3Tier writer = bucket.opened().tier();
        S3Tier collector = bucket.opened().capacity(10 * CHUNK).tier()) {
      for (TestChunk chunk : some(30)) {
        store(writer, chunk);
      }
      assertThat(collector.collect(inTime())).isEqualTo(new Collected(21, 21 * CHUNK));
      assertThat(bucket.chunks()).isEqualTo(9);
      assertThat(collector.collect(inTime())).isEqualTo(Collected.NOTHING);
      assertThat(writer.counters()).containsEntry("collect.runs", 0L);
    }
  }

  @Test
  void twoThatCollectAtOnceRemoveNoMoreThanOne() throws Exception {
    List<ChunkKey> keys = store(some(60));
    bucket.removeLogs();
    for (int i = 0; i < 60; i++) {
      age(keys.get(i), Duration.ofHours(100 - i));
    }
    leaveLock(Duration.ofHours(1)); // which both may take over
    RecordingContext context = new RecordingContext();
    Opened opened = bucket.opened().capacity(40 * CHUNK);
    try (S3Tier first = opened.tier(context);
        S3Tier second = opened.tier(context);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Collected>> both =
          threads.invokeAll(List.of(() -> first.collect(inTime()), () -> second.collect(inTime())));
      for (Future<Collected> each : both) {
        assertThat(each.get().chunks()).isBetween(0L, 24L); // one may find less, half way through
      }
    }
    assertThat(bucket.chunks()).isEqualTo(36);
    assertThat(context.evicted()).hasSizeBetween(24, 48); // each may tell its own engine
    assertThat(keys.stream().filter(key -> !isHere(key))).isEqualTo(keys.subList(0, 24));
    assertThat(bucket.file(bucket.names().lock())).doesNotExist();
  }

  private void leaveLock(Duration age) throws Exception {
    TestBucket.put(server.endpoint(), bucket.names().lock(), new byte[] {1});
    bucket.age(bucket.names().lock(), age);
  }

  private SmallObjects objects(S3Clients clients, S3Settings settings) {
    return new SmallObjects(
        settings,
        clients,
        new Puts(settings, clients),
        new Removals(settings, clients.calls()),
        new Calls("the test", new Counters(), clients.answers(), Duration.ofSeconds(1)));
  }

  private static CollectLock take(SmallObjects objects, String name) throws Exception {
    CollectLock lock = CollectLock.tryTake(objects, name, inTime());
    if (lock == null) {
      throw new AssertionError("somebody has the lock");
    }
    return lock;
  }

  @Test
  void aLockThatWasLeftBehindIsTakenOver() throws Exception {
    S3Settings settings = bucket.opened().settings();
    String lock = bucket.names().lock();
    try (S3Clients clients = new S3Clients(settings, new Counters())) {
      SmallObjects objects = objects(clients, settings);
      leaveLock(Duration.ofSeconds(30));
      assertThat(CollectLock.tryTake(objects, lock, inTime())).isNull();
      leaveLock(Duration.ofMinutes(3));
      CollectLock taken = take(objects, lock);
      assertThat(CollectLock.tryTake(objects, lock, inTime())).isNull();
      taken.release();
      assertThat(bucket.file(lock)).doesNotExist();
    }
  }

  @Test
  void aLockOfAnotherIsNotGivenBack() throws Exception {
    S3Settings settings = bucket.opened().settings();
    String lock = bucket.names().lock();
    try (S3Clients clients = new S3Clients(settings, new Counters())) {
      CollectLock taken = take(objects(clients, settings), lock);
      leaveLock(Duration.ZERO); // another took it over
      taken.release();
      assertThat(bucket.file(lock)).exists();
    }
  }

  @Test
  void whatWentBehindTheTiersBackIsAMissAndNoFailure() throws Exception {
    RecordingContext context = new RecordingContext();
    try (S3Tier tier = bucket.opened().capacity(4 * CHUNK).tier(context)) {
      TestChunk gone = store(tier, chunks.full(1));
      store(tier, chunks.full(2));
      Files.delete(bucket.file(bucket.names().chunk(gone.key())));
      assertThat(tier.contains(gone.key(), inTime())).isFalse();
      assertThat(tier.read(gone.key(), new RecordingSink(), inTime()))
          .isEqualTo(ReadOutcome.MISSING);
      assertThat(tier.collect(inTime())).isEqualTo(Collected.NOTHING);
      assertThat(context.evicted()).isEmpty();
    }
  }

  @Test
  void manyChunksAreListedAndRemovedInParts() throws Exception {
    try (S3Tier tier = bucket.opened().capacity(100_000).tier()) {
      Path some = Files.createDirectories(bucket.file(bucket.names().chunks()));
      for (int i = 0; i < 2500; i++) {
        String name = HexFormat.of().toHexDigits(i * 0x9E37_79B9_7F4A_7C15L).repeat(4);
        Files.write(some.resolve(name), new byte[100]);
      }
      assertThat(tier.collect(inTime())).isEqualTo(new Collected(1600, 160_000));
      assertThat(bucket.chunks()).isEqualTo(900);
    }
  }

  @Test
  void whatBrokenUploadsLeftIsRemovedWhenItIsOld() throws Exception {
    try (S3Tier tier = bucket.opened().tier()) {
      String object = bucket.names().chunk(store(tier, chunks.full(1)).key());
      Set<Path> before = bucket.everything();
      TestBucket.beginUpload(server.endpoint(), object);
      Set<Path> made = bucket.everything();
      made.removeAll(before);
      tier.collect(inTime());
      assertThat(TestBucket.uploads(server.endpoint(), object)).isEqualTo(1);
      for (Path file : made) {
        FolderBucket.age(file, Duration.ofDays(2));
      }
      tier.collect(inTime());
      assertThat(TestBucket.uploads(server.endpoint(), object)).isZero();
      assertThat(tier.counters()).containsEntry("collect.parts", 1L);
    }
  }

  @Test
  void whatWasSetAsideLongAgoIsRemoved() throws Exception {
    try (S3Tier tier = bucket.opened().tier()) {
      for (TestChunk chunk : some(2)) {
        store(tier, chunk);
        tier.setAside(chunk.key(), "checksum is wrong", inTime());
      }
      List<String> aside = bucket.objects(bucket.names().aside());
      assertThat(aside).hasSize(2);
      bucket.age(aside.getFirst(), Duration.ofDays(8));
      assertThat(tier.collect(inTime())).isEqualTo(new Collected(0, CHUNK));
      assertThat(bucket.objects(bucket.names().aside())).containsExactly(aside.getLast());
    }
  }

  @Test
  void aTierWithoutLimitsDoesNotCollectByItself() throws Exception {
    try (S3Tier tier = bucket.opened().tier()) {
      for (TestChunk chunk : some(3)) {
        store(tier, chunk);
      }
      assertThat(tier.counters()).containsEntry("collect.runs", 0L);
      assertThat(bucket.chunks()).isEqualTo(3);
    }
  }
}
