/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Lease;
import io.terrace.spi.Page;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import io.terrace.spi.eviction.LeastRecentlyUsed;
import io.terrace.spi.kit.RecordingSink;
import java.lang.foreign.ValueLayout;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Four threads at once: contents stay right, and every reference comes back. */
final class CpuTierStressTest {
  private static final int THREADS = 4;
  private static final int STEPS = 20_000;

  private final RecordingContext context = new RecordingContext();
  private final CpuTier tier =
      new CpuTier(20 * 64, new LeastRecentlyUsed(), InstantSource.system(), context);
  private final Queue<FakePage> made = new ConcurrentLinkedQueue<>();
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();

  @Test
  void fourThreads() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = new SplittableRandom(42 + i);
        all.add(threads.submit(() -> work(random)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    long used = tier.usedBytes() / 64;
    assertThat(used).isLessThanOrEqualTo(20);
    assertThat(stored.get())
        .as("stored = evicted + still here, as nothing was removed")
        .isEqualTo(context.evicted().size() + used);
    assertThat(hits.get()).isGreaterThan(1000);
    assertThat(new HashSet<>(context.evicted())).hasSizeGreaterThan(10);
    tier.close();
    assertThat(made).allSatisfy(page -> assertThat(page.references()).isZero());
  }

  private void work(SplittableRandom random) {
    for (int i = 0; i < STEPS; i++) {
      int number = 1 + random.nextInt(60);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> write(number);
        case 3, 4, 5 -> lease(number);
        case 6 -> read(number);
        default -> tier.reclaim(random.nextInt(100) < 20 ? 128 : 0);
      }
    }
  }

  private void write(int number) {
    FakePage page = new FakePage(Chunks.SMALL, number);
    made.add(page);
    if (tier.write(Chunks.chunk(number, number / 3, page), Chunks.SOON) == WriteResult.STORED) {
      stored.incrementAndGet();
    }
    page.release();
  }

  private void lease(int number) {
    Lease lease = tier.lease(Chunks.key(number), Chunks.SOON);
    if (lease != null) {
      Page page = lease.page();
      hits.incrementAndGet();
      assertThat(page.segment().get(ValueLayout.JAVA_BYTE, 63)).isEqualTo((byte) number);
      assertThat(page.references()).isPositive();
      page.release();
    }
  }

  private void read(int number) {
    RecordingSink sink = new RecordingSink();
    if (tier.read(Chunks.key(number), sink, Chunks.SOON) == ReadOutcome.FOUND) {
      assertThat(sink.payload()).containsOnly(number);
    }
  }
}
