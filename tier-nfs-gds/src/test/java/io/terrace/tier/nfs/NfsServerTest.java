/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.io.Volume;
import io.terrace.tier.nfs.server.GaneshaServer;
import io.terrace.tier.nfs.server.NfsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * What the tier promises to those who see its volume over NFS: a real server exports the ext4 that
 * the tier works on, and a client of the protocol is another instance.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NfsServerTest {
  /** 2 MiB. */
  private static final PageGeometry MEDIUM = new PageGeometry(4, 4, 64, 256, DataType.F32);

  /** 8 MiB. */
  private static final PageGeometry LARGE = new PageGeometry(16, 4, 64, 256, DataType.F32);

  private static final int ODD_BYTES = 1_234_567;
  private static final int REPLACEMENTS = 20;
  private static final int RACES = 20;

  private final TestChunks chunks = new TestChunks(17);
  private @Nullable TestAbortedException absence;
  private @Nullable Volume volume;
  private @Nullable GaneshaServer server;
  private Path exported;
  private Path root;
  private NfsTier tier;
  private NfsInstance other;

  @BeforeAll
  void start(@TempDir Path work) throws IOException, InterruptedException {
    try {
      GaneshaServer.require();
      volume = Volume.ext4(400);
      exported = volume.folder();
      server = GaneshaServer.start(exported, work);
    } catch (TestAbortedException e) {
      absence = e; // reports show what single tests say
    }
  }

  @AfterAll
  void stop() throws IOException {
    try {
      if (server != null) {
        server.close();
      }
    } finally {
      if (volume != null) {
        volume.close();
      }
    }
  }

  @BeforeEach
  void open() throws IOException {
    if (absence != null) {
      throw absence;
    }
    root = Files.createDirectory(exported.resolve(UUID.randomUUID().toString()));
    tier = Opened.at(root).tier();
    Path remote = Path.of("/").resolve(exported.relativize(root));
    other = new NfsInstance(Objects.requireNonNull(server).mount(), remote);
  }

  @AfterEach
  void close() throws IOException {
    if (absence == null) {
      other.close();
      tier.close();
      Trees.delete(root);
    }
  }

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  /** Header and payload, as they lie in a file. */
  private static byte[] stored(TestChunk chunk) {
    return joined(chunk.headerBytes(), chunk.payloadBytes());
  }

  private static byte[] joined(byte[] header, byte[] payload) {
    byte[] joined = Arrays.copyOf(header, header.length + payload.length);
    System.arraycopy(payload, 0, joined, header.length, payload.length);
    return joined;
  }

  /** The payload cut, as a codec's may be. */
  private TestChunk odd(int number) {
    TestChunk chunk = chunks.full(number, MEDIUM);
    return new TestChunk(chunk.descriptor(), chunk.header(), chunk.payload().asSlice(0, ODD_BYTES));
  }

  private List<TestChunk> lengths() {
    return List.of(chunks.full(1, MEDIUM), chunks.full(2, LARGE), odd(3));
  }

  private void store(TestChunk chunk) throws TierException {
    assertThat(tier.write(chunk.bytes(), inTime())).isEqualTo(WriteResult.STORED);
  }

  /** What the tier reads: the bytes of a chunk's file. */
  private byte[] readByTier(ChunkKey key) throws TierException {
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(key, sink, inTime())).isEqualTo(ReadOutcome.FOUND);
    return joined(sink.header(), sink.payload());
  }

  private void expectMissing(ChunkKey key) throws TierException {
    assertThat(tier.contains(key, inTime())).isFalse();
    assertThat(tier.read(key, new RecordingSink(), inTime())).isEqualTo(ReadOutcome.MISSING);
  }

  private Path local(ChunkKey key) {
    return new Layout(root).file(key);
  }

  private Path folder(ChunkKey key) {
    return new Layout(root).folders().get(Layout.folderIndex(key));
  }

  private void expectOneFile(ChunkKey key) throws IOException {
    assertThat(Trees.all(folder(key))).containsExactly(local(key), folder(key));
  }

  @Test
  void whatTheTierWroteAClientReads() throws Exception {
    for (TestChunk chunk : lengths()) {
      store(chunk);
      assertThat(Arrays.equals(other.read(chunk.key()), stored(chunk))).isTrue();
    }
  }

  @Test
  void whatAClientWritesTheTierFindsWholeOrNot() throws Exception {
    for (TestChunk chunk : lengths()) {
      byte[] stored = stored(chunk);
      int half = stored.length / 2;
      Path part = other.part(chunk.key());
      expectMissing(chunk.key());
      try (NfsClient.OpenFile file = other.create(part)) {
        file.write(0, Arrays.copyOf(stored, half));
        expectMissing(chunk.key());
        file.write(half, Arrays.copyOfRange(stored, half, stored.length));
        file.force();
      }
      expectMissing(chunk.key());
      other.rename(part, chunk.key());
      assertThat(tier.contains(chunk.key(), inTime())).isTrue();
      assertThat(Arrays.equals(readByTier(chunk.key()), stored)).isTrue();
    }
  }

  @Test
  void whatAClientReplacesTheTierReadsWhole() throws Exception {
    ChunkKey key = chunks.full(4, MEDIUM).key();
    byte[] first = stored(chunks.full(4, MEDIUM));
    byte[] second = stored(chunks.full(5, LARGE));
    other.publish(key, first);
    expectWholeWhileReplaced(
        first,
        second,
        round -> other.publish(key, round % 2 == 0 ? second : first),
        () -> readByTier(key));
    expectOneFile(key);
  }

  @Test
  void whatTheTierReplacesAClientReadsWhole() throws Exception {
    TestChunk first = replacing(chunks.full(4, MEDIUM), chunks.full(4, MEDIUM));
    TestChunk second = replacing(first, chunks.full(5, LARGE));
    store(first);
    expectWholeWhileReplaced(
        stored(first),
        stored(second),
        round -> store(round % 2 == 0 ? second : first),
        () -> other.read(first.key()));
    expectOneFile(first.key());
  }

  /**
   * Every read is one of two contents, while one replaces the other.
   *
   * @param replacement puts the second there in even rounds, the first in odd ones
   */
  private static void expectWholeWhileReplaced(
      byte[] first, byte[] second, ThrowingConsumer<Integer> replacement, Callable<byte[]> reader)
      throws Exception {
    Semaphore reads = new Semaphore(0);
    Callable<Boolean> replace =
        () -> {
          for (int round = 0; round < REPLACEMENTS; round++) {
            replacement.accept(round);
            reads.drainPermits();
            reads.acquire(2); // of which one began after the replacement
          }
          return true;
        };
    int firsts = 0;
    int seconds = 0;
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Boolean> replacing = thread.submit(replace);
      try {
        while (!replacing.isDone()) {
          byte[] read = reader.call();
          boolean isFirst = Arrays.equals(read, first);
          boolean isSecond = Arrays.equals(read, second);
          assertThat(isFirst || isSecond).as("whole, with %d bytes", read.length).isTrue();
          firsts += isFirst ? 1 : 0;
          seconds += isSecond ? 1 : 0;
          reads.release();
        }
        assertThat(replacing.get()).isTrue();
      } finally {
        replacing.cancel(true); // it waits for reads
      }
    }
    assertThat(firsts).isGreaterThanOrEqualTo(REPLACEMENTS / 2);
    assertThat(seconds).isGreaterThanOrEqualTo(REPLACEMENTS / 2);
  }

  /** Whatever happens to the name, an open file gives its own bytes or none. */
  private void expectOldBytesOrStale(TestChunk chunk, ThrowingCallable change) throws Throwable {
    byte[] stored = stored(chunk);
    int half = stored.length / 2;
    try (NfsClient.OpenFile held = other.open(chunk.key())) {
      assertThat(Arrays.equals(held.read(0, half), Arrays.copyOf(stored, half))).isTrue();
      change.call();
      store(chunks.full(6, MEDIUM)); // which may get the room that became free
      try {
        assertThat(Arrays.equals(held.read(0, stored.length), stored)).isTrue();
      } catch (NfsClient.NfsException e) {
        assertThat(e.isStale()).as(e.getMessage()).isTrue();
      }
    }
  }

  private void expectGone(ChunkKey key) {
    assertThatThrownBy(() -> other.open(key))
        .isInstanceOf(NfsClient.NfsException.class)
        .hasMessageContaining("NFS3ERR_NOENT");
  }

  @Test
  void aChunkThatTheTierRemovesGivesAClientItsOwnBytesOrNone() throws Throwable {
    TestChunk chunk = chunks.full(7, MEDIUM);
    store(chunk);
    expectOldBytesOrStale(chunk, () -> tier.remove(chunk.key(), inTime()));
    expectGone(chunk.key());
  }

  @Test
  void aChunkThatTheTierRemovesBeforeAClientReadsItIsStale() throws Throwable {
    TestChunk chunk = chunks.full(13, MEDIUM);
    store(chunk);
    try (NfsClient.OpenFile held = other.open(chunk.key())) {
      int bytes = (int) held.size();
      tier.remove(chunk.key(), inTime());
      assertThatThrownBy(() -> held.read(0, bytes))
          .isInstanceOfSatisfying(
              NfsClient.NfsException.class,
              e -> assertThat(e.isStale()).as(e.getMessage()).isTrue());
    }
  }

  @Test
  void aChunkThatTheTierCollectsGivesAClientItsOwnBytesOrNone() throws Throwable {
    TestChunk chunk = chunks.full(8, MEDIUM);
    store(chunk);
    try (NfsTier collector = Opened.at(root).capacity(1 << 20).tier()) {
      expectOldBytesOrStale(
          chunk, () -> assertThat(collector.collect(inTime()).chunks()).isEqualTo(1));
    }
    expectGone(chunk.key());
  }

  @Test
  void aChunkThatTheTierReplacesGivesAClientItsOwnBytesOrNone() throws Throwable {
    TestChunk old = replacing(chunks.full(9, MEDIUM), chunks.full(9, MEDIUM));
    TestChunk newer = replacing(old, chunks.full(10, MEDIUM));
    store(old);
    expectOldBytesOrStale(old, () -> store(newer));
    assertThat(Arrays.equals(other.read(newer.key()), stored(newer))).isTrue();
  }

  /** The content of one chunk under the name of another, as of a tail that became longer. */
  private static TestChunk replacing(TestChunk named, TestChunk content) {
    ChunkDescriptor plain = named.descriptor();
    ChunkDescriptor tail =
        new ChunkDescriptor(
            plain.key(), plain.parent(), 0, plain.positions(), plain.geometry(), true);
    return new TestChunk(tail, content.header(), content.payload());
  }

  @Test
  void whatAClientRemovesIsAMiss() throws Exception {
    TestChunk chunk = chunks.full(11, MEDIUM);
    store(chunk);
    assertThat(tier.contains(chunk.key(), inTime())).isTrue();
    other.remove(chunk.key());
    expectMissing(chunk.key());
    store(chunk);
    assertThat(Arrays.equals(readByTier(chunk.key()), stored(chunk))).isTrue();
  }

  @Test
  void aChunkThatTheTierWritesWhileAClientDoesStaysOnce() throws Exception {
    TestChunk chunk = chunks.full(12, MEDIUM);
    byte[] stored = stored(chunk);
    Path part = other.part(chunk.key());
    try (NfsClient.OpenFile file = other.create(part)) {
      file.write(0, stored);
      store(chunk);
    }
    other.rename(part, chunk.key());
    assertThat(tier.write(chunk.bytes(), inTime())).isEqualTo(WriteResult.PRESENT);
    expectOneFile(chunk.key());
    assertThat(Arrays.equals(readByTier(chunk.key()), stored)).isTrue();
    assertThat(Arrays.equals(other.read(chunk.key()), stored)).isTrue();
  }

  @Test
  void twoThatWriteOneChunkAtOnceBothSucceed() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < RACES; i++) {
        TestChunk chunk = chunks.full(100 + i, MEDIUM);
        byte[] stored = stored(chunk);
        Future<?> publishing =
            thread.submit(
                () -> {
                  together.await();
                  other.publish(chunk.key(), stored);
                  return true;
                });
        together.await();
        WriteResult result = tier.write(chunk.bytes(), inTime());
        publishing.get();
        assertThat(result).isIn(WriteResult.STORED, WriteResult.PRESENT);
        expectOneFile(chunk.key());
        assertThat(Arrays.equals(readByTier(chunk.key()), stored)).isTrue();
        tier.remove(chunk.key(), inTime());
      }
    }
  }
}
