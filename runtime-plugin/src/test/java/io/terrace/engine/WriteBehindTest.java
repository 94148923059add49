/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.Holder;
import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.engine.Spiller.Origin;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KeyChain;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for which tier, what is left out, and that no page is kept. */
final class WriteBehindTest {
  private static final long PAGE = Instance.GEOMETRY.pageBytes();
  private static final Origin NEW = new Origin(false, -1, 1000);
  private static final Origin TAKEN_OVER = new Origin(true, -1, 1000);
  private static final Origin AGAIN = new Origin(false, 900, 1000);

  private final PagePool pool = new PagePool(64 << 20, true);
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Spiller spiller = new Spiller(4 * PAGE, pool, new Events());

  private final class Events implements EngineEvents {
    @Override
    public void failed(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public void faulty(String tier, ChunkKey key, ChunkFault fault) {
      throw new AssertionError("nothing is read here");
    }
  }

  /** A tier whose first chunk is being stored until it is let go. */
  private final class Tier {
    private final TierCounters counters = new TierCounters();
    private final List<ChunkKey> stored = new CopyOnWriteArrayList<>();
    private final List<Integer> lengths = new CopyOnWriteArrayList<>(); // of what is stored
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go;
    private volatile boolean works = true;

    Tier(String name, Admission admission, boolean hangs) {
      this(name, false, admission, hangs);
    }

    Tier(String name, boolean shared, Admission admission, boolean hangs) {
      go = new CountDownLatch(hangs ? 1 : 0);
      spiller.queue(name, shared, admission, counters, this::store);
    }

    private boolean store(SpillJob job) {
      begun.countDown();
      HangingTier.awaitDeaf(go);
      if (works) {
        lengths.add(job.tokens().length());
        stored.add(job.key());
      }
      return works;
    }

    void awaitFirst() throws InterruptedException {
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static ChunkKey key(int number) {
    return new KeyChain().root(World.bytes(number));
  }

  private static List<ChunkKey> keys(int... numbers) {
    List<ChunkKey> keys = new ArrayList<>();
    for (int number : numbers) {
      keys.add(key(number));
    }
    return keys;
  }

  /** A chunk whose number is one above that of the chunk before it. */
  private void offer(int number, Origin origin) {
    offer(number, origin, null);
  }

  private void offer(int number, Origin origin, @Nullable Lull lull) {
    List<TierQueue> takers = spiller.takers(key(number), key(number - 1), origin);
    SpillJob job = job(ChunkKind.FULL, number, 32, null, lull);
    spiller.offer(job, takers);
    job.page().release();
  }

  /** A chunk of zeros. */
  private SpillJob job(
      ChunkKind kind, int number, int length, @Nullable ChunkKey tailKey, @Nullable Lull lull) {
    PooledPage page = pool.allocate(Instance.GEOMETRY);
    ChunkDescriptor chunk =
        new ChunkDescriptor(key(number), key(number - 1), 32, length, Instance.GEOMETRY);
    Naming naming = new Naming(key(0), World.bytes(0), true);
    TokenRun tokens = new TokenRun(new int[length], 0, length);
    return new SpillJob(kind, chunk, naming, tokens, tailKey, page, lull);
  }

  private void offerTail(int number, int length) {
    SpillJob tail = job(ChunkKind.TAIL, number, length, null, null);
    spiller.offer(tail, spiller.takersOfTail(tail, NEW));
    tail.page().release();
  }

  private boolean flush() {
    return spiller.flush(Deadline.after(Duration.ofSeconds(60)));
  }

  @AfterEach
  void nothingIsKept() {
    assertThat(flush()).isTrue();
    spiller.close();
    assertThat(pool.heldBytes(Holder.WRITES)).isZero();
    assertThat(pool.pagesInUse()).isZero();
    assertThat(failures).isEmpty();
  }

  @Test
  void aPromptThatIsComputedHoldsUpNoOther() {
    Tier tier = new Tier("tier", Admission.ALL, false);
    Lull lull = new Lull();
    spiller.promptBegins();
    offer(1, NEW, lull);
    offer(11, NEW);
    Instance.await(() -> tier.stored.size() == 1);
    assertThat(tier.stored).isEqualTo(keys(11));
    spiller.promptEnds(lull);
    Instance.await(() -> tier.stored.size() == 2);
    assertThat(tier.stored).isEqualTo(keys(11, 1));
  }

  @Test
  void whatAChunkFollowsIsStoredBeforeItThoughItHasTime() {
    Tier tier = new Tier("tier", Admission.ALL, false);
    offer(1, NEW, new Lull());
    offer(2, NEW);
    Instance.await(() -> tier.stored.size() == 2);
    assertThat(tier.stored).isEqualTo(keys(1, 2));
  }

  @Test
  void aTierThatHangsHoldsUpNoOther() throws InterruptedException {
    Tier slow = new Tier("slow", Admission.ALL, true);
    Tier fast = new Tier("fast", Admission.ALL, false);
    offer(1, NEW);
    slow.awaitFirst();
    for (int i = 2; i <= 40; i++) {
      offer(i, NEW);
      int offered = i;
      Instance.await(() -> fast.stored.size() == offered);
    }
    assertThat(fast.stored).isEqualTo(keys(IntStream.rangeClosed(1, 40).toArray()));
    assertThat(fast.counters.dropped.sum() + fast.counters.droppedBehind.sum()).isZero();
    assertThat(spiller.waitingBytes()).isLessThanOrEqualTo(4 * PAGE);
    assertThat(spiller.flush(Deadline.after(Duration.ofMillis(1)))).as("not in time").isFalse();
    slow.go.countDown();
    assertThat(flush()).isTrue();
    assertThat(slow.stored).as("the first ones, in their order").startsWith(key(1), key(2));
    long left = slow.counters.dropped.sum() + slow.counters.droppedBehind.sum();
    assertThat(slow.stored.size() + left).isEqualTo(40);
    assertThat(slow.counters.waiting.sum() + slow.counters.waitingBytes.sum()).isZero();
  }

  @Test
  void theNewestDoesNotEnterNorWhatFollowsItUntilItIsSeenAgain() throws InterruptedException {
    Tier tier = new Tier("tier", Admission.ALL, true);
    offer(1, NEW);
    tier.awaitFirst();
    for (int i = 2; i <= 6; i++) {
      offer(i, NEW);
    }
    assertThat(tier.counters.dropped.sum()).isEqualTo(1);
    assertThat(tier.counters.droppedBehind.sum()).isEqualTo(1);
    tier.go.countDown();
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 2, 3, 4));
    offer(7, NEW);
    assertThat(flush()).isTrue();
    assertThat(tier.stored).as("its parent is missing").isEqualTo(keys(1, 2, 3, 4));
    for (int i = 1; i <= 7; i++) {
      offer(i, AGAIN);
    }
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 2, 3, 4, 5, 6, 7));
  }

  @Test
  void aPageThatWaitsForSeveralTiersCountsOnce() throws InterruptedException {
    Tier one = new Tier("one", Admission.ALL, true);
    Tier other = new Tier("other", Admission.ALL, true);
    for (int i = 1; i <= 4; i++) {
      offer(i, NEW);
    }
    one.awaitFirst();
    other.awaitFirst();
    assertThat(spiller.waitingBytes()).isEqualTo(4 * PAGE);
    assertThat(one.counters.dropped.sum() + other.counters.dropped.sum()).isZero();
    one.go.countDown();
    other.go.countDown();
    assertThat(flush()).isTrue();
    assertThat(one.stored).isEqualTo(other.stored).isEqualTo(keys(1, 2, 3, 4));
  }

  @Test
  void aKeyIsWrittenOnceHoweverManyAsk() throws InterruptedException {
    Tier tier = new Tier("tier", Admission.ALL, true);
    offer(1, NEW);
    tier.awaitFirst();
    for (int i = 0; i < 3; i++) {
      offer(1, NEW);
      offer(2, NEW);
    }
    tier.go.countDown();
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 2));
  }

  @Test
  void whatFollowsAChunkThatTheTierDidNotTakeIsNotTried() throws InterruptedException {
    Tier tier = new Tier("tier", Admission.ALL, true);
    tier.works = false;
    offer(1, NEW);
    tier.awaitFirst();
    offer(2, NEW);
    offer(3, NEW);
    tier.go.countDown();
    assertThat(flush()).isTrue();
    assertThat(tier.counters.droppedBehind.sum()).isEqualTo(2);
    tier.works = true;
    for (int i = 1; i <= 3; i++) {
      offer(i, TAKEN_OVER);
    }
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 2, 3));
  }

  @Test
  void aTierThatTakesSecondUsesGetsWhatIsSeenTwice() {
    Tier all = new Tier("all", Admission.ALL, false);
    Tier second = new Tier("second", new Admission(true, 0), false);
    offer(1, NEW);
    offer(2, NEW);
    offer(1, AGAIN);
    assertThat(flush()).isTrue();
    assertThat(second.stored).as("the same session is no second use").isEmpty();
    assertThat(second.counters.notAdmitted.sum()).isEqualTo(2);
    offer(1, TAKEN_OVER);
    offer(2, NEW);
    assertThat(flush()).isTrue();
    offer(1, TAKEN_OVER);
    assertThat(flush()).isTrue();
    assertThat(second.stored).as("once").isEqualTo(keys(1, 2));
    assertThat(all.stored).as("each time it is computed").isEqualTo(keys(1, 2, 2));
  }

  @Test
  void shortPromptsAreNotStoredUntilTheyAreLong() {
    Tier tier = new Tier("tier", new Admission(false, 500), false);
    offer(1, new Origin(false, -1, 499));
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEmpty();
    offer(1, new Origin(false, 499, 500));
    offer(2, new Origin(false, -1, 500));
    offer(1, new Origin(false, 500, 600));
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 2));
  }

  /** A conversation that grows: each turn takes over what the ones before it computed. */
  @Test
  void whatShortPromptsComputedIsStoredForTheLongOneThatTakesItOver() {
    Tier all = new Tier("all", Admission.ALL, false);
    Tier tier = new Tier("long", new Admission(false, 500), false);
    offer(1, new Origin(false, -1, 300));
    offer(1, new Origin(true, -1, 450));
    offer(2, new Origin(false, -1, 450));
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEmpty();
    assertThat(spiller.looksAgain(-1, 600)).isTrue();
    for (int turn = 600; turn <= 700; turn += 100) {
      offer(1, new Origin(true, -1, turn));
      offer(2, new Origin(true, -1, turn));
      offer(3, new Origin(turn > 600, -1, turn));
    }
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 2, 3));
    assertThat(all.stored).as("when they were computed").isEqualTo(keys(1, 2, 3));
  }

  @Test
  void whatWasSeenOnceIsForgottenInTheEnd() {
    SeenChunks seen = new SeenChunks();
    for (int i = 0; i < 20_000; i++) {
      seen.put(new KeyChain().next(key(0), new int[] {i}, 0, 1), SeenChunks.State.LOST);
    }
    assertThat(seen.size()).isEqualTo(16_384);
    assertThat(seen.isAnyLost()).isTrue();
  }

  @Test
  void aCopyOfWhatOthersFindElsewhereWaitsForAPause() throws InterruptedException {
    Tier upper = new Tier("upper", true, Admission.ALL, false);
    Tier lower = new Tier("lower", true, Admission.ALL, false);
    spiller.promptBegins();
    offer(1, NEW);
    Instance.await(() -> upper.stored.size() == 1);
    Thread.sleep(2_500); // longer than a pause, and still computed
    assertThat(lower.stored).isEmpty();
    long begun = System.nanoTime();
    spiller.promptEnds(new Lull());
    Instance.await(() -> lower.stored.size() == 1);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1_900));
  }

  @Test
  void aChunkThatTheTierAboveDidNotTakeWaitsForNoPause() {
    Tier upper = new Tier("upper", true, Admission.ALL, false);
    upper.works = false;
    Tier lower = new Tier("lower", true, Admission.ALL, false);
    long begun = System.nanoTime();
    offer(1, NEW);
    Instance.await(
        () -> {
          offer(1, AGAIN); // there is no pause
          return !lower.stored.isEmpty();
        });
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aLongerTailTakesThePlaceOfTheOneThatWaits() throws InterruptedException {
    Tier tier = new Tier("tier", Admission.ALL, true);
    offer(1, NEW);
    tier.awaitFirst();
    offerTail(2, 20);
    offerTail(2, 25);
    offerTail(2, 22);
    assertThat(tier.counters.waiting.sum()).isEqualTo(2);
    tier.go.countDown();
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 2));
    assertThat(tier.lengths).containsExactly(32, 25);
    assertThat(tier.counters.waiting.sum() + tier.counters.waitingBytes.sum()).isZero();
    assertThat(tier.counters.dropped.sum()).isZero();
  }

  @Test
  void aFinishedChunkTakesThePlaceOfItsTail() throws InterruptedException {
    Tier tier = new Tier("tier", Admission.ALL, true);
    offer(1, NEW);
    tier.awaitFirst();
    offerTail(2, 20);
    List<TierQueue> takers = spiller.takers(key(12), key(1), NEW);
    SpillJob whole = job(ChunkKind.FULL, 12, 32, key(2), null);
    spiller.offer(whole, takers);
    whole.page().release();
    tier.go.countDown();
    assertThat(flush()).isTrue();
    assertThat(tier.stored).isEqualTo(keys(1, 12));
  }
}
