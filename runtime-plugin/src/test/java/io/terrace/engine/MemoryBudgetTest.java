/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.Holder;
import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.engine.Spiller.Origin;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order in which memory comes free when its budget is spent, and who holds it. */
final class MemoryBudgetTest {
  /** Pages of 32 positions, 64 KiB: 32 of them in a slab. */
  private static final PageGeometry GEOMETRY = new PageGeometry(2, 1, 128, 32, DataType.F32);

  private static final int[] TOKENS = IntStream.range(0, 64).toArray();
  private static final long PAGE = GEOMETRY.pageBytes();
  private static final int PAGES = 32; // in the budget

  private final PagePool pool = new PagePool(PAGES * PAGE, true);
  private final Staging staging = new Staging(PAGES * PAGE);
  private final AtomicReference<MemoryChunks> chunks = new AtomicReference<>();
  private final Events events = new Events();
  private final Spiller spiller = new Spiller(PAGES * PAGE, pool, events);
  private final TierCounters counters = new TierCounters();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final List<PooledPage> held = new ArrayList<>();

  private static final class Events implements EngineEvents {
    @Override
    public void failed(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void faulty(String tier, ChunkKey key, ChunkFault fault) {
      throw new AssertionError("nothing is read here");
    }
  }

  private static ChunkKey key(int number) {
    return new KeyChain().root(World.bytes(number));
  }

  private boolean hang(SpillJob job) {
    begun.countDown();
    HangingTier.awaitDeaf(go);
    return true;
  }

  private void write(int number, PooledPage page) {
    ChunkDescriptor chunk = new ChunkDescriptor(key(number), key(number - 1), 32, 32, GEOMETRY);
    Naming naming = new Naming(key(0), World.bytes(0), true);
    TokenRun tokens = new TokenRun(new int[32], 0, 32);
    Origin origin = new Origin(false, -1, 100);
    spiller.offer(
        new SpillJob(ChunkKind.FULL, chunk, naming, tokens, null, page, null),
        spiller.takers(key(number), key(number - 1), origin));
  }

  private PooledPage page() {
    return pool.allocate(GEOMETRY);
  }

  /** A session takes a page, and keeps it. */
  private void take(boolean isPrivate) {
    PooledPage page = page();
    assertThat(page.isPrivate()).isEqualTo(isPrivate);
    held.add(page);
  }

  @Test
  void stagedPagesGoFirstThenChunksThenWritesThenPagesComeFromOutside()
      throws InterruptedException {
    MemoryChunks memory = memory();
    MemoryBudget budget = new MemoryBudget(pool, memory, staging, spiller, events);
    pool.setReclaimer(budget::reclaim);
    spiller.queue("tier", true, Admission.ALL, counters, this::hang);
    for (int i = 1; i <= 3; i++) { // one is being stored, two wait
      PooledPage page = page();
      write(i, page);
      page.release();
    }
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    ModelSpace space = memory.space(World.bytes(7), true, GEOMETRY, null);
    List<Slot> slots = List.of(new Slot(page(), false, 0), new Slot(page(), false, 0));
    memory.publish(space, TOKENS, 64, slots);
    slots.forEach(Slot::release);
    assertThat(staging.keepAhead(key(20), new StagedChunk(page(), new int[0]))).isTrue();
    assertThat(budget.account())
        .isEqualTo(account(PAGES - 6, 0, 1, 3, 2))
        .extracting(MemoryAccount::line)
        .asString()
        .contains("1.6 of 2.0 free", "writes 0.2");
    while (budget.account().freeBytes() > 0) {
      take(false);
    }
    take(false);
    assertThat(budget.account()).as("nobody asked for it").isEqualTo(account(0, 0, 0, 3, 2));
    take(false);
    take(false);
    assertThat(budget.account()).as("evicted").isEqualTo(account(0, 0, 0, 3, 0));
    assertThat(counters.dropped.sum()).isZero();
    take(false);
    take(false);
    assertThat(budget.account()).as("not stored").isEqualTo(account(0, 0, 0, 1, 0));
    assertThat(counters.dropped.sum()).isEqualTo(2);
    take(true);
    assertThat(budget.account().privateBytes()).isEqualTo(PAGE);
    write(30, held.getFirst());
    assertThat(counters.dropped.sum()).as("nothing more may wait").isEqualTo(3);
    held.removeFirst().release();
    write(31, held.getFirst());
    assertThat(counters.dropped.sum()).as("a page came back").isEqualTo(3);
    end(memory, budget);
  }

  private void end(MemoryChunks memory, MemoryBudget budget) {
    held.forEach(PooledPage::release);
    go.countDown();
    assertThat(spiller.flush(Deadline.after(Duration.ofSeconds(60)))).isTrue();
    spiller.close();
    staging.close();
    memory.close();
    assertThat(budget.account()).isEqualTo(account(PAGES, 0, 0, 0, 0));
    assertThat(pool.pagesInUse()).isZero();
  }

  /** Memory and the queue hold the same pages: both have to give them up. */
  @Test
  void aPageThatMemoryKeepsAndThatWaitsComesFree() throws InterruptedException {
    MemoryChunks memory = memory();
    MemoryBudget budget = new MemoryBudget(pool, memory, staging, spiller, events);
    pool.setReclaimer(budget::reclaim);
    spiller.queue("tier", true, Admission.ALL, counters, this::hang);
    PooledPage first = page();
    write(1, first);
    first.release();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    SpillPlan plan = new SpillPlan(memory, spiller);
    ModelSpace space = memory.space(World.bytes(7), true, GEOMETRY, null);
    List<Slot> slots = List.of(new Slot(page(), false, 0), new Slot(page(), false, 0));
    memory.publish(space, TOKENS, 64, slots);
    plan.finished(space, TOKENS, 64, slots, null);
    assertThat(budget.account()).isEqualTo(account(PAGES - 3, 2, 0, 3, 2));
    slots.forEach(Slot::release);
    assertThat(budget.account()).isEqualTo(account(PAGES - 3, 0, 0, 3, 2));
    for (int i = 0; i < PAGES - 1; i++) {
      take(false);
    }
    assertThat(budget.account()).isEqualTo(account(0, 0, 0, 1, 0));
    take(true);
    held.removeLast().release();
    end(memory, budget);
  }

  private MemoryChunks memory() {
    TestTier tier =
        TestTier.unbounded(
            new GivenContext(
                pool.budgetBytes(), key -> Objects.requireNonNull(chunks.get()).evicted(key)));
    MemoryChunks memory = new MemoryChunks(tier, null, new EngineCounters(), events);
    chunks.set(memory);
    return memory;
  }

  private MemoryAccount account(int free, int sessions, int ahead, int writes, int memory) {
    return new MemoryAccount(
        PAGES * PAGE,
        pool.mappedBytes(),
        free * PAGE,
        sessions * PAGE,
        pool.heldBytes(Holder.STAGING) - ahead * PAGE,
        ahead * PAGE,
        writes * PAGE,
        memory * PAGE,
        pool.privateBytes());
  }
}
