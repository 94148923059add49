/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.LogLines;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The chunks of a volume stay within their bytes, whichever instance sees to it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CapacityTest {
  private static final long CHUNK = ChunkHeader.BYTES + (long) TestChunks.SMALL.pageBytes();

  @TempDir private Path root;

  private final TestChunks chunks = new TestChunks(7);

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  private TestChunk store(NfsTier tier, TestChunk chunk) throws Exception {
    assertThat(tier.write(chunk.bytes(), inTime())).isEqualTo(WriteResult.STORED);
    return chunk;
  }

  private Path file(ChunkKey key) {
    return new Layout(root).file(key);
  }

  private void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  private long chunkFiles() throws IOException {
    return Trees.all(root).stream().filter(file -> Layout.key(file) != null).count();
  }

  @Test
  void whatWasUsedLongestAgoGoesFirst() throws Exception {
    RecordingContext context = new RecordingContext();
    try (NfsTier tier = Opened.at(root).capacity(20 * CHUNK).tier(context)) {
      List<ChunkKey> keys = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        keys.add(store(tier, chunks.full(i)).key());
        age(file(keys.get(i)), Duration.ofHours(100 - 3L * i));
      }
      store(tier, chunks.full(20));
      assertThat(context.evicted()).isEqualTo(keys.subList(0, 3)); // down to nine tenths
      assertThat(chunkFiles()).isEqualTo(18);
      assertThat(tier.counters()).containsEntry("collect.chunks", 3L);
      assertThat(tier.counters()).containsEntry("collect.bytes", 3 * CHUNK);
    }
  }

  @Test
  void aReadKeepsAChunkAndThoseBeforeIt() throws Exception {
    try (NfsTier writer = Opened.at(root).tier();
        NfsTier tier = Opened.at(root).capacity(4 * CHUNK).tier()) {
      TestChunk first = store(writer, chunks.full(1));
      TestChunk second = store(writer, chunks.after(first, 2));
      TestChunk third = store(writer, chunks.after(second, 3));
      for (TestChunk each : List.of(first, second, third)) {
        age(file(each.key()), Duration.ofDays(3));
      }
      store(writer, chunks.full(4));
      age(file(chunks.full(4).key()), Duration.ofDays(2));
      tier.collect(inTime()); // which finds out what others wrote
      tier.read(third.key(), new RecordingSink(), inTime());
      while (tier.counters().getOrDefault("use.touched", 0L) < 3) {
        Thread.onSpinWait();
      }
      FileTime use = Files.getLastModifiedTime(file(third.key()));
      assertThat(Files.getLastModifiedTime(file(second.key()))).isGreaterThan(use);
      assertThat(Files.getLastModifiedTime(file(first.key())))
          .isGreaterThan(Files.getLastModifiedTime(file(second.key())));
      store(tier, chunks.full(5));
      assertThat(file(chunks.full(4).key())).doesNotExist();
      assertThat(file(first.key())).exists();
    }
  }

  @Test
  void aReadOfWhatWasJustWrittenNotesNothing() throws Exception {
    try (NfsTier tier = Opened.at(root).threads(1).tier()) {
      TestChunk chunk = store(tier, chunks.full(1));
      FileTime written = FileTime.from(Instant.now().minus(Duration.ofDays(3)));
      Files.setLastModifiedTime(file(chunk.key()), written); // which would be noted, if looked at
      tier.read(chunk.key(), new RecordingSink(), inTime());
      tier.examine(inTime()); // behind it, on the tier's only thread
      assertThat(Files.getLastModifiedTime(file(chunk.key())).toMillis())
          .isEqualTo(written.toMillis());
    }
  }

  @Test
  void whatOneInstanceWritesAnotherCollects() throws Exception {
    try (NfsTier writer = Opened.at(root).tier();
        NfsTier collector = Opened.at(root).capacity(10 * CHUNK).tier()) {
      for (int i = 0; i < 30; i++) {
        store(writer, chunks.full(i));
      }
      Collected collected = collector.collect(inTime());
      assertThat(collected.chunks()).isEqualTo(21);
      assertThat(collected.bytes()).isEqualTo(21 * CHUNK);
      assertThat(chunkFiles()).isEqualTo(9);
      assertThat(collector.collect(inTime())).isEqualTo(Collected.NOTHING);
    }
  }

  @Test
  void twoThatCollectAtOnceRemoveNoMoreThanOne() throws Exception {
    CountDownLatch ready = new CountDownLatch(2);
    collectTwice(
        Duration.ofSeconds(10),
        () -> {
          ready.countDown();
          ready.await();
        },
        () -> {});
    assertThat(new Layout(root).lock()).doesNotExist();
  }

  /** As when the lock is taken over, or a full disk has no room for it. */
  @Test
  void twoThatRemoveAtOnceRemoveNoMoreThanOne() throws Exception {
    Files.writeString(new Layout(root).lock(), "somebody at work");
    CyclicBarrier bothRemove = new CyclicBarrier(2);
    AtomicInteger first = new AtomicInteger();
    collectTwice(
        Duration.ZERO,
        () -> {},
        () -> {
          if (first.getAndIncrement() < 2) { // each of them, with all sums made
            bothRemove.await(60, TimeUnit.SECONDS);
          }
        });
    assertThat(new Layout(root).lock()).exists();
  }

  private interface Step {
    void run() throws Exception;
  }

  /**
   * Two collectors at once, with a third less of 60 chunks to be left.
   *
   * @param patience how long they wait for a lock
   * @param before run by each before it begins
   * @param removed run by each when it has removed a chunk
   */
  private void collectTwice(Duration patience, Step before, Step removed) throws Exception {
    try (NfsTier writer = Opened.at(root).tier()) {
      for (int i = 0; i < 60; i++) {
        age(file(store(writer, chunks.full(i)).key()), Duration.ofHours(100 - i));
      }
    }
    Layout layout = new Layout(root);
    Aside aside = new Aside(layout, new Counters());
    Volume volume = new Volume(layout, new Counters());
    List<ChunkKey> evicted = Collections.synchronizedList(new ArrayList<>());
    Consumer<ChunkKey> seen =
        key -> {
          evicted.add(key);
          assertThatCode(removed::run).doesNotThrowAnyException();
        };
    Callable<Collector.Outcome> collect =
        () -> {
          Collector collector =
              new Collector(layout, volume, new Counters(), aside, () -> false, seen, patience);
          before.run();
          return collector.collect(40 * CHUNK, 36 * CHUNK, inTime());
        };
    FutureTask<Collector.Outcome> other = new FutureTask<>(collect);
    Thread.ofPlatform().start(other);
    collect.call();
    other.get();
    assertThat(chunkFiles()).isEqualTo(36);
    assertThat(evicted).hasSize(24).doesNotHaveDuplicates();
  }

  @Test
  void aLockThatWasLeftBehindIsTakenOver() throws Exception {
    Path lock = new Layout(root).lock();
    Files.writeString(lock, "somebody who is gone");
    assertThat(CollectLock.tryTake(lock)).isNull();
    age(lock, Duration.ofMinutes(2));
    try (CollectLock taken = CollectLock.tryTake(lock)) {
      assertThat(taken).isNotNull();
      assertThat(CollectLock.tryTake(lock)).isNull();
    }
    assertThat(Trees.all(root)).containsExactly(root);
  }

  @Test
  void whatBrokenWritesLeftIsRemovedWhenItIsOld() throws Exception {
    try (NfsTier tier = Opened.at(root).tier()) {
      TestChunk chunk = store(tier, chunks.full(1));
      tier.collect(inTime()); // joins the one that the write began
      Path old = Files.write(new Layout(root).part(chunk.key()), new byte[1000]);
      Path young = Files.write(new Layout(root).part(chunk.key()), new byte[1000]);
      age(old, Duration.ofHours(2));
      assertThat(tier.collect(inTime())).isEqualTo(new Collected(0, 1000));
      assertThat(old).doesNotExist();
      assertThat(young).exists();
      assertThat(file(chunk.key())).exists();
    }
  }

  @Test
  void whatIsLeftInTheRootByProcessesThatEndedIsRemovedWhenItIsOld() throws Exception {
    try (NfsTier tier = Opened.at(root).tier()) {
      tier.collect(inTime());
      String unique = UUID.randomUUID().toString();
      List<String> left =
          List.of(
              ".probe-" + Long.toHexString(-1),
              ".doctor." + unique,
              ".doctor." + unique + ".part",
              ".now." + unique,
              ".collecting." + unique);
      List<String> others = List.of(".probe-of-somebody", ".doctor.txt", "now", ".snapshot");
      for (String name : left) {
        Files.write(root.resolve(name), new byte[1000]);
      }
      for (String name : others) {
        age(Files.createFile(root.resolve(name)), Duration.ofDays(30));
      }
      assertThat(tier.collect(inTime())).isEqualTo(Collected.NOTHING);
      for (String name : left) {
        age(root.resolve(name), Duration.ofHours(2));
      }
      assertThat(tier.collect(inTime())).isEqualTo(new Collected(0, 5000));
      assertThat(left).allSatisfy(name -> assertThat(root.resolve(name)).doesNotExist());
      assertThat(others).allSatisfy(name -> assertThat(root.resolve(name)).exists());
      assertThat(new Layout(root).marker()).exists();
      assertThat(tier.counters()).containsEntry("collect.parts", 5L);
    }
  }

  @Test
  void theSumIsItsOwnersAlone() throws Exception {
    try (NfsTier tier = Opened.at(root).tier()) {
      tier.collect(inTime());
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(new Layout(root).usage())))
          .isEqualTo("rw-------");
      assertThat(Files.readString(new Layout(root).usage())).isEqualTo("0");
    }
  }

  @Test
  void aCapacityBelowOneChunkIsToldOnce() throws Exception {
    try (LogLines log = LogLines.of(Room.class);
        NfsTier tier = Opened.at(root).capacity(CHUNK - 1).tier()) {
      for (int i = 0; i < 3; i++) {
        assertThat(tier.write(chunks.full(i).bytes(), inTime())).isEqualTo(WriteResult.NO_ROOM);
      }
      assertThat(tier.counters()).containsEntry("write.noroom", 3L);
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("capacity of the volume at " + root, "a chunk of this model takes")
          .contains("nothing of it is stored; raise the capacity");
    }
  }

  @Test
  void aSumThatAnotherInstanceMadeIsUsed() throws Exception {
    Files.writeString(new Layout(root).usage(), Long.toString(3 * CHUNK));
    try (NfsTier tier = Opened.at(root).capacity(4 * CHUNK).tier()) {
      store(tier, chunks.full(1));
      assertThat(tier.counters()).containsEntry("collect.runs", 0L);
      store(tier, chunks.full(2)); // one too many by that sum, which a new one corrects
      assertThat(tier.counters()).containsEntry("collect.runs", 1L);
      assertThat(chunkFiles()).isEqualTo(2);
    }
  }

  @Test
  void whatIsSetAsideIsBounded() throws Exception {
    try (NfsTier tier = Opened.at(root).tier()) {
      for (int i = 0; i < 70; i++) {
        TestChunk chunk = store(tier, chunks.full(i));
        tier.setAside(chunk.key(), "checksum is wrong", inTime());
      }
      List<Path> reasons = Trees.ending(root.resolve("aside"), ".txt");
      assertThat(reasons).hasSizeBetween(60, 68);
      assertThat(Files.readString(reasons.getFirst())).isEqualTo("checksum is wrong\n");
      assertThat(Trees.all(root.resolve("aside"))).hasSizeLessThan(130);
      assertThat(chunkFiles()).isZero();
    }
  }
}
