/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.HostDevice;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to the device, over a library that stands in for the real one. */
final class GdsPathTest {
  private static final int LARGE = 37_000_013;

  @TempDir private Path folder;

  private final HostDevice device = new HostDevice();
  private final TestChunk chunk = new TestChunks(5).full(1);
  private final ExecutorService threads = Executors.newFixedThreadPool(3);
  private StandIn library;
  private FolderFiles files;
  private Gds gds;
  private GdsPath path;

  @BeforeEach
  void start() {
    library = StandIn.fresh();
    files = new FolderFiles(folder);
    gds = library.open();
    path = new GdsPath(gds, files, threads, 1, true);
  }

  @AfterEach
  void nothingIsLeft() {
    threads.close();
    if (path != null) {
      path.close();
      gds.close();
      assertThat(library.count("open files")).isZero();
      assertThat(library.count("open batches")).isZero();
      assertThat(library.count("memories")).isZero();
      assertThat(library.count("drivers")).isZero();
    }
  }

  private void useBatches() {
    path = new GdsPath(gds, files, threads, 8, true);
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(content);
    return content;
  }

  private void store(byte[] payload) throws IOException {
    Path file = files.file(chunk.key());
    Files.write(file, chunk.headerBytes());
    Files.write(file, payload, StandardOpenOption.APPEND);
  }

  private byte[] read(int bytes) throws TierException {
    long address = device.allocate(bytes);
    assertThat(path.read(chunk.key(), (header, length) -> address, Deadline.NEVER))
        .isEqualTo(ReadOutcome.FOUND);
    return device.get(address, bytes);
  }

  private WriteResult write(byte[] payload) throws TierException {
    long address = device.allocate(payload.length);
    device.put(address, payload);
    return path.write(chunk.descriptor(), chunk.header(), address, payload.length, Deadline.NEVER);
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 4096, 4097, 2_097_151, LARGE})
  void everyByteOfAPayloadTakesTheLibrarysWay(int bytes) throws Exception {
    byte[] payload = random(bytes);
    store(payload);
    assertThat(Arrays.equals(read(bytes), payload)).isTrue();
    assertThat(library.count("read")).isEqualTo(bytes);
    assertThat(path.counters())
        .as("the memory is not registered")
        .containsEntry("read.gds.bounced.bytes", (long) bytes)
        .containsEntry("read.gds.bytes", 0L)
        .containsEntry("gds.failures", 0L);
    assertThat(files.used).containsExactly(chunk.key());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4097, LARGE})
  void aBatchMovesTheSameBytes(int bytes) throws Exception {
    useBatches();
    byte[] payload = random(bytes);
    assertThat(write(payload)).isEqualTo(WriteResult.STORED);
    assertThat(Arrays.equals(read(bytes), payload)).isTrue();
    assertThat(library.count("read")).isEqualTo(bytes);
    assertThat(library.count("written")).isEqualTo(bytes);
    assertThat(library.count("batches")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 4096, 4097, LARGE})
  void whatIsWrittenIsHeaderAndPayload(int bytes) throws Exception {
    byte[] payload = random(bytes);
    assertThat(write(payload)).isEqualTo(WriteResult.STORED);
    byte[] stored = Files.readAllBytes(files.file(chunk.key()));
    assertThat(Arrays.equals(Arrays.copyOf(stored, Chunk.HEADER_BYTES), chunk.headerBytes()))
        .isTrue();
    assertThat(
            Arrays.equals(Arrays.copyOfRange(stored, Chunk.HEADER_BYTES, stored.length), payload))
        .isTrue();
    assertThat(library.count("written")).isEqualTo(bytes);
    assertThat(path.counters()).containsEntry("write.gds.bounced.bytes", (long) bytes);
    assertThat(write(payload)).isEqualTo(WriteResult.PRESENT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLibraryThatMovesLessThanAskedIsAskedAgain(boolean batches) throws Exception {
    if (batches) {
      useBatches();
    }
    library.shorten(1_000_003);
    byte[] payload = random(LARGE);
    assertThat(write(payload)).isEqualTo(WriteResult.STORED);
    assertThat(Arrays.equals(read(LARGE), payload)).isTrue();
    assertThat(library.count("read")).isEqualTo(LARGE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachCallThatFailsFailsTheReadAndLeavesNothingOpen(boolean batches) throws Exception {
    if (batches) {
      useBatches();
    }
    store(random(LARGE));
    long address = device.allocate(LARGE);
    long before = library.count("calls");
    path.read(chunk.key(), (header, length) -> address, Deadline.NEVER);
    long calls = library.count("calls") - before;
    long descriptors = openDescriptors();
    for (long nth = 1; nth <= calls; nth++) {
      library.failNth(nth, 5011);
      assertThatThrownBy(() -> path.read(chunk.key(), (header, length) -> address, Deadline.NEVER))
          .as("call %d of %d", nth, calls)
          .isInstanceOf(TierException.class)
          .hasMessageContaining(chunk.key().toString())
          .hasMessageContaining("CU_FILE_CUDA_DRIVER_ERROR (5011)");
      assertThat(library.count("open files")).isZero();
      assertThat(library.count("open batches")).isZero();
    }
    assertThat(openDescriptors()).isEqualTo(descriptors);
    assertThat(calls).isGreaterThan(3);
    assertThat(path.counters()).containsEntry("gds.failures", calls);
  }

  @Test
  void aWriteThatFailsLeavesNoFile() throws Exception {
    library.failNth(2, 5);
    assertThatThrownBy(() -> write(random(10)))
        .isInstanceOf(TierException.class)
        .cause()
        .hasMessageContaining("Input/output error (EIO)");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void whatIsNotThereIsMissingAndTheSinkIsNotAsked() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    ChunkKey absent = new TestChunks(6).absent(1);
    assertThat(path.read(absent, (header, bytes) -> asked.incrementAndGet(), Deadline.NEVER))
        .isEqualTo(ReadOutcome.MISSING);
    assertThat(asked).hasValue(0);
  }

  @Test
  void theSinkSeesTheHeaderAndMayRefuse() throws Exception {
    store(random(777));
    ReadOutcome outcome =
        path.read(
            chunk.key(),
            (header, bytes) -> {
              assertThat(header.toArray(JAVA_BYTE)).isEqualTo(chunk.headerBytes());
              assertThat(bytes).isEqualTo(777);
              return 0;
            },
            Deadline.NEVER);
    assertThat(outcome).isEqualTo(ReadOutcome.REFUSED);
    assertThat(library.count("read")).isZero();
    assertThat(files.used).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFileThatIsCutMeanwhileFails(boolean batches) throws Exception {
    if (batches) {
      useBatches();
    }
    store(random(LARGE));
    long address = device.allocate(LARGE);
    assertThatThrownBy(
            () ->
                path.read(
                    chunk.key(),
                    (header, bytes) -> {
                      cut(files.file(chunk.key()), 5_000_000);
                      return address;
                    },
                    Deadline.NEVER))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("ends at byte");
  }

  private static void cut(Path file, long bytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFileWithoutAWholeHeaderFails() throws Exception {
    store(new byte[0]);
    cut(files.file(chunk.key()), 100);
    assertThatThrownBy(() -> path.read(chunk.key(), (header, bytes) -> 1, Deadline.NEVER))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("ends within its header");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeadlineThatIsOverEndsTheRead(boolean batches) throws Exception {
    if (batches) {
      useBatches();
    }
    store(random(LARGE));
    long address = device.allocate(LARGE);
    AtomicLong time = new AtomicLong();
    long minute = Duration.ofMinutes(1).toNanos();
    Deadline second = Deadline.after(Duration.ofMinutes(3), () -> time.getAndAdd(minute));
    assertThatThrownBy(() -> path.read(chunk.key(), (header, bytes) -> address, second))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("the deadline passed");
    assertThat(library.count("read")).isPositive().isLessThan(LARGE);
  }

  @Test
  void aVolumeThatHangsAtOpenEndsTheReadByTheDeadline() throws Exception {
    store(random(10));
    CountDownLatch hanging = new CountDownLatch(1);
    for (int thread = 0; thread < 3; thread++) {
      threads.execute(
          () -> {
            try {
              hanging.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    Deadline soon = Deadline.after(Duration.ofMillis(20));
    assertThatThrownBy(() -> path.read(chunk.key(), (header, bytes) -> 1, soon))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("was not opened by the deadline");
    hanging.countDown();
    assertThat(path.counters()).containsEntry("gds.failures", 1L);
  }

  @Test
  void theSinkIsAskedOnTheCallersThread() throws Exception {
    store(random(10));
    Thread caller = Thread.currentThread();
    path.read(
        chunk.key(),
        (header, bytes) -> {
          assertThat(Thread.currentThread()).isSameAs(caller);
          return 0;
        },
        Deadline.NEVER);
  }

  @Test
  void aSinkThatThrowsLeavesNoFileOpen() throws Exception {
    store(random(10));
    assertThatThrownBy(
            () ->
                path.read(
                    chunk.key(),
                    (header, bytes) -> {
                      throw new IllegalStateException("no memory");
                    },
                    Deadline.NEVER))
        .hasMessage("no memory");
  }

  @Test
  void afterTheEndNothingIsRead() throws Exception {
    store(random(10));
    threads.shutdown();
    assertThatThrownBy(() -> path.read(chunk.key(), (header, bytes) -> 1, Deadline.NEVER))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("the tier is closed");
  }

  @Test
  void registeredMemoryIsReadIntoByItsBase() throws Exception {
    store(random(5000));
    long address = device.allocate(100_000);
    path.register(address, 100_000);
    path.register(address, 100_000);
    path.register(address + 4096, 4096);
    assertThat(library.count("memories")).isEqualTo(1);
    path.read(chunk.key(), (header, bytes) -> address + 8192, Deadline.NEVER);
    assertThat(library.count("registered")).isEqualTo(5000);
    assertThat(device.get(address + 8192, 5000)).isEqualTo(random(5000));
    path.unregister(address);
    path.unregister(address);
    assertThat(library.count("memories")).isZero();
    path.read(chunk.key(), (header, bytes) -> address, Deadline.NEVER);
    assertThat(library.count("registered")).isEqualTo(5000);
    assertThat(device.get(address, 5000)).isEqualTo(random(5000));
    assertThat(path.counters())
        .containsEntry("read.gds.bytes", 5000L)
        .containsEntry("read.gds.bounced.bytes", 5000L);
  }

  @Test
  void whatIsNotWhollyRegisteredIsReadAsUnregistered() throws Exception {
    store(random(5000));
    long address = device.allocate(100_000);
    path.register(address, 8192);
    path.read(chunk.key(), (header, bytes) -> address + 4096, Deadline.NEVER);
    assertThat(library.count("registered")).isZero();
    assertThat(device.get(address + 4096, 5000)).isEqualTo(random(5000));
  }

  @Test
  void registrationsAreBoundedAndTheirFailureIsTold() throws Exception {
    library.pinAtMost(64);
    try (Gds small = library.open();
        GdsPath bounded = new GdsPath(small, files, threads, 1, false)) {
      long address = device.allocate(200_000);
      bounded.register(address, 40_000);
      assertThatThrownBy(() -> bounded.register(address + 40_000, 40_000))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("40000 bytes are registered of at most 65536");
      assertThatThrownBy(() -> bounded.register(address + 30_000, 20_000))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("overlaps");
      library.failNth(1, 5036);
      assertThatThrownBy(() -> bounded.register(address + 100_000, 10))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("CU_FILE_GPU_MEMORY_PINNING_FAILED (5036)");
      bounded.unregister(address);
      bounded.register(address + 40_000, 40_000);
      assertThat(bounded.counters()).containsEntry("gds.registration.failures", 3L);
    }
  }

  @Test
  void bytesOfCompatibleModeAreCountedApart() throws Exception {
    library.withoutNvfs();
    store(random(100));
    try (Gds compatible = library.open();
        GdsPath other = new GdsPath(compatible, files, threads, 1, false)) {
      long address = device.allocate(100);
      other.read(chunk.key(), (header, bytes) -> address, Deadline.NEVER);
      assertThat(other.counters())
          .containsEntry("read.gds.compatible.bytes", 100L)
          .doesNotContainKey("read.gds.bytes");
    }
  }
}
