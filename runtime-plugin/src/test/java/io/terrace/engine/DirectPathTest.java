/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.codec.StoredCoding;
import io.terrace.device.DeviceMemory;
import io.terrace.device.DevicePage;
import io.terrace.device.KvPage;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.StandInCuda;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.KvTier;
import io.terrace.spi.Page;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.HostDeviceTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks that a tier puts into pages of a device, past the memory of the host. */
final class DirectPathTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int[] PROMPT =
      IntStream.range(100, 300).toArray(); // six chunks and a little
  private static final long PAGE_BYTES = Instance.GEOMETRY.pageBytes();
  private static final long ROOM = 64 << 20;

  private final InMemoryStore store = new InMemoryStore();
  private final List<CudaException> losses = new ArrayList<>();
  private StandInCuda driver;

  @BeforeEach
  void begin() {
    driver = StandInCuda.fresh();
    try (Instance writer = Instance.withMemory(SOON, this::onHost)) {
      writer.ask(PROMPT);
      writer.flush();
    }
  }

  @AfterEach
  void end() {
    driver.script("");
  }

  private KvTier onHost(TierContext context) {
    return new InMemoryTier(store, context);
  }

  private KvTier withPath(TierContext context) {
    return new HostDeviceTier(onHost(context), DirectPathTest::memory);
  }

  @SuppressWarnings("restricted") // the stand-in's device memory is the host's
  private static MemorySegment memory(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /** What a test does with an instance whose model computes on a device. */
  private interface Use {
    void of(Instance instance, DeviceMemory memory);
  }

  private void with(Instance.Below below, long budget, Use use) throws Exception {
    try (Instance instance = Instance.withMemory(SOON, below)) {
      on(instance, budget, use);
    }
  }

  private void on(Instance instance, long budget, Use use) throws Exception {
    DeviceMemory memory = new DeviceMemory(driver.open(), budget, instance.pool(), losses::add);
    instance.engine().computesOn(memory, instance.space());
    use.of(instance, memory);
    if (!memory.isLost()) {
      memory.close();
      for (String kind : List.of("bytes", "streams", "events", "modules", "contexts", "pinned")) {
        assertThat(driver.count(kind)).as(kind).isZero();
      }
    }
  }

  @Test
  void whatIsLoadedIsOnTheDeviceAsOnTheHost() throws Exception {
    with(
        this::withPath,
        ROOM,
        (instance, memory) -> {
          long before = driver.count("bytes to device");
          assertThat(instance.ask(PROMPT)).isEqualTo(192);
          assertThat(instance.counters("tier1").direct.sum()).isEqualTo(6);
          assertThat(instance.counters("tier1").loaded.sum()).isEqualTo(6);
          assertThat(driver.count("bytes to device")).as("from the host").isEqualTo(before);
          assertThat(memory.spilledBytes()).isEqualTo(6 * PAGE_BYTES);
          expectCopies(instance, memory);
          assertThat(instance.failures()).isEmpty();
        });
  }

  private static void expectCopies(Instance instance, DeviceMemory memory) {
    Match match = instance.engine().lookup(instance.space(), PROMPT, PROMPT.length, 192);
    assertThat(match.pages()).hasSize(6);
    for (Page page : match.pages()) {
      DevicePage copy = Objects.requireNonNull(memory.direct().use((KvPage) page));
      MemorySegment content = memory(copy.address(), PAGE_BYTES);
      assertThat(content.mismatch(page.segment().asSlice(0, PAGE_BYTES))).isEqualTo(-1);
      memory.direct().letGo((KvPage) page);
    }
    match.release();
  }

  @Test
  void aModelOnTheHostIsServedByTheHost() throws Exception {
    try (Instance instance = Instance.withMemory(SOON, this::withPath)) {
      assertThat(instance.ask(PROMPT)).isEqualTo(192);
      assertThat(instance.counters("tier1").direct.sum()).isZero();
    }
  }

  @Test
  void damageIsFoundOnTheDevice() throws Exception {
    assertThat(store.damage(StackFaultsTest.key(2), StackFaultsTest.flip(4096 + 4711))).isTrue();
    with(
        this::withPath,
        ROOM,
        (instance, memory) -> {
          assertThat(instance.ask(PROMPT)).as("as far as the chunks are whole").isEqualTo(64);
          assertThat(instance.counters("tier1").faults(Kind.PAYLOAD_DAMAGED).sum()).isOne();
          instance.flush();
          assertThat(instance.counters("tier1").setAside.sum()).isOne();
          assertThat(instance.failures()).isEmpty();
        });
  }

  @Test
  void withoutRoomOnTheDeviceTheHostServes() throws Exception {
    with(
        this::withPath,
        4096,
        (instance, memory) -> {
          assertThat(instance.ask(PROMPT)).isEqualTo(192);
          assertThat(instance.counters("tier1").direct.sum()).isZero();
          assertThat(instance.counters("tier1").directFailures.sum()).isZero();
        });
  }

  @Test
  void chunksThatAreNoPagesAreReadByTheHost() throws Exception {
    StoredCoding packing =
        new StoredCoding(Encoding.ZSTD, 3, Protection.NONE, null, InstantSource.system());
    StoredCoding plain =
        new StoredCoding(Encoding.RAW, 0, Protection.NONE, null, InstantSource.system());
    InMemoryStore packed = new InMemoryStore();
    try (Instance writer =
        Instance.withCoding(packing, context -> new InMemoryTier(packed, context))) {
      writer.ask(PROMPT);
      writer.flush();
    }
    Instance.Below below =
        context -> new HostDeviceTier(new InMemoryTier(packed, context), DirectPathTest::memory);
    try (Instance reader = Instance.withCoding(plain, below)) {
      on(
          reader,
          ROOM,
          (instance, memory) -> {
            assertThat(instance.ask(PROMPT)).isEqualTo(192);
            assertThat(instance.counters("tier1").direct.sum()).isZero();
            assertThat(instance.failures()).isEmpty();
            assertThat(instance.faults()).isEmpty();
          });
    }
  }

  @Test
  void aDeviceThatIsLostMeanwhileCostsNothing() throws Exception {
    driver.script("cuLaunchKernel:2=719");
    with(
        this::withPath,
        ROOM,
        (instance, memory) -> {
          assertThat(instance.ask(PROMPT)).isEqualTo(192);
          assertThat(memory.isLost()).isTrue();
          assertThat(losses).hasSize(1);
          assertThat(instance.counters("tier1").direct.sum()).isLessThan(6);
        });
  }

  @Test
  void aPathThatFailsIsLeftAloneAfterAFewTimes() throws Exception {
    with(
        context -> new FailingPath(onHost(context)),
        ROOM,
        (instance, memory) -> {
          assertThat(instance.ask(PROMPT)).isEqualTo(192);
          assertThat(instance.counters("tier1").direct.sum()).isZero();
          assertThat(instance.counters("tier1").directFailures.sum()).isBetween(3L, 6L);
          assertThat(instance.counters("tier1").failures.sum()).as("of the tier").isZero();
          assertThat(instance.failures())
              .allSatisfy(
                  each ->
                      assertThat(each)
                          .hasMessageContaining("'tier1'")
                          .hasMessageContaining("no such way"));
        });
  }

  /** A tier with a way to the device that never works, registrations included. */
  private static final class FailingPath extends ForwardingTier {
    FailingPath(KvTier right) {
      super(right);
    }

    @Override
    public DevicePath devicePath() {
      return new DevicePath() {
        @Override
        public void register(long address, long bytes) throws TierException {
          throw new TierException("no such way");
        }

        @Override
        public void unregister(long address) {}

        @Override
        public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline)
            throws TierException {
          throw new TierException("no such way");
        }

        @Override
        public WriteResult write(
            ChunkDescriptor chunk, MemorySegment header, long at, long bytes, Deadline deadline)
            throws TierException {
          throw new TierException("no such way");
        }
      };
    }
  }
}
