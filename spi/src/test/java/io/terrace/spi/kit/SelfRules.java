/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Collected;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules 9xx: what a tier finds out about itself, clears away, and counts. */
interface SelfRules extends Rules {
  private List<TestChunk> storeSome(int count) throws TierException {
    List<TestChunk> stored = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      stored.add(bench().store(bench().chunks().full(i)));
    }
    return stored;
  }

  private void expectAllFound(List<TestChunk> stored, String check) throws TierException {
    for (TestChunk chunk : stored) {
      bench().expectFound(chunk, check);
    }
  }

  @Test
  default void rule_901_examiningLeavesChunksAlone() throws Exception {
    KvTier tier = bench().tier();
    List<TestChunk> stored = storeSome(3);
    tier.examine(bench().inTime());
    String check = "that examine stores and removes things of its own only, and clears up";
    expectAllFound(stored, check);
    Expect.same(
        stored.size(), bench().listAll(tier, 10).size(), "chunks after an examination", check);
    Expect.same(List.of(), bench().context().evicted(), "what was given up", check);
  }

  @Test
  default void rule_902_findingsSayWhatToChange() throws Exception {
    TestChunk here = bench().store(bench().chunks().full(1));
    List<Finding> findings = bench().tier().examine(bench().inTime());
    assumeTrue(!findings.isEmpty(), "the tier has nothing to say of itself (examine)");
    for (Finding finding : findings) {
      Expect.that(
          !finding.subject().isBlank() && !finding.text().isBlank(),
          "a finding without subject or text: " + finding,
          "that a person can read what was looked at, and what was found");
      Expect.that(
          finding.level() == Finding.Level.GOOD || !finding.advice().isBlank(),
          "a finding that is not good, without advice: " + finding,
          "that it says what to change, and where");
      Expect.that(
          !finding.toString().contains(here.key().hex()),
          "a finding about " + finding.subject() + " holds a whole key",
          "that chunks are named by ChunkKey.toString");
    }
  }

  @Test
  default void rule_903_aBrokenStoreIsNotFoundGood() throws Exception {
    List<Finding> whole = bench().tier().examine(bench().inTime());
    assumeTrue(!whole.isEmpty(), "the tier has nothing to say of itself (examine)");
    assumeTrue(bench().contract().setBroken(true), "the store cannot be broken (hook setBroken)");
    try {
      List<Finding> broken = bench().tier().examine(bench().inTime());
      Expect.that(
          broken.stream().anyMatch(finding -> finding.level() == Finding.Level.BAD),
          "a broken store was examined, and nothing bad found: " + broken,
          "that examine tries what reads and writes need");
    } catch (TierException e) {
      // That it cannot even be examined is told as well.
    } finally {
      bench().contract().setBroken(false);
    }
  }

  @Test
  default void rule_904_afterCloseNothingIsExaminedOrCollected() throws Exception {
    KvTier tier = bench().tier();
    storeSome(3);
    tier.close();
    String check = "that these calls look first whether the tier is closed, and do not throw";
    try {
      tier.examine(bench().inTime());
      Collected collected = tier.collect(bench().inTime());
      Expect.same(Collected.NOTHING, collected, "what was collected after close", check);
    } catch (TierException | RuntimeException e) {
      throw new AssertionError("a closed tier threw. Check " + check + ".", e);
    }
  }

  @Test
  default void rule_921_whatHasRoomIsNotCollected() throws Exception {
    List<TestChunk> stored = storeSome(5);
    stored.add(bench().store(bench().chunks().tail(20, 20, 1)));
    bench().tier().collect(bench().inTime());
    String check = "that collect removes nothing that is within the limits, however it is stored";
    expectAllFound(stored, check);
    Expect.same(List.of(), bench().context().evicted(), "what was given up", check);
  }

  /** What is here before a collection and not after it. */
  private List<StoredChunk> collected(KvTier tier) throws Exception {
    Map<ChunkKey, StoredChunk> gone = new HashMap<>();
    bench().listAll(tier, 10).forEach(chunk -> gone.put(chunk.key(), chunk));
    Collected collected = tier.collect(bench().inTime());
    bench().listAll(tier, 10).forEach(chunk -> gone.remove(chunk.key()));
    String check = "that collect counts what it removed, and nothing else";
    Expect.same((long) gone.size(), collected.chunks(), "chunks that were collected", check);
    long bytes = gone.values().stream().mapToLong(StoredChunk::bytes).sum();
    Expect.that(
        collected.bytes() >= bytes,
        bytes + " bytes of chunks went, and " + collected.bytes() + " were told",
        check);
    return List.copyOf(gone.values());
  }

  private KvTier full(RecordingContext context) throws Exception {
    KvTier tier = bench().withRoomFor(4, context);
    for (int i = 0; i < 12; i++) {
      bench().write(tier, bench().chunks().full(i), bench().inTime());
    }
    return tier;
  }

  @Test
  default void rule_922_whatWasCollectedIsCounted() throws Exception {
    storeSome(3);
    collected(bench().tier());
    collected(full(new RecordingContext()));
  }

  @Test
  default void rule_923_whatWasCollectedIsToldOnce() throws Exception {
    RecordingContext context = new RecordingContext();
    KvTier tier = full(context);
    int before = context.evicted().size();
    List<ChunkKey> gone = new ArrayList<>(collected(tier).stream().map(StoredChunk::key).toList());
    List<ChunkKey> told = new ArrayList<>(context.evicted());
    told.subList(0, before).clear();
    Collections.sort(gone);
    Collections.sort(told);
    String check = "that evicted is told once for each chunk that a collection gives up";
    Expect.same(gone, told, "chunks that were told as given up by a collection", check);
  }

  @Test
  default void rule_924_collectionsHarmNoOtherCall() throws Exception {
    List<TestChunk> staying = storeSome(5);
    KvTier tier = bench().tier();
    KvTier second = bench().contract().reopen(new RecordingContext());
    KvTier other = second == null ? tier : second;
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger begun = new AtomicInteger();
    List<Running<Boolean>> collections =
        List.of(
            bench().start(() -> collectOn(tier, begun, over)),
            bench().start(() -> collectOn(other, begun, over)));
    while (begun.get() < collections.size() && collections.stream().noneMatch(Running::isDone)) {
      Thread.sleep(1);
    }
    String check = "that a collection leaves alone what is being written, here or elsewhere";
    try {
      for (int i = 0; i < bench().contract().rounds() / 10; i++) {
        TestChunk passing = bench().chunks().full(100 + i);
        Expect.same(
            WriteResult.STORED, bench().write(passing), "a write beside collections", check);
        bench().expectFound(passing, check);
        tier.remove(passing.key(), bench().inTime());
      }
    } finally {
      over.set(true);
    }
    for (Running<Boolean> each : collections) {
      each.result("a collection beside another", "that two collections do not wait or fail");
    }
    expectAllFound(staying, check);
    if (second != null) {
      second.close();
    }
  }

  private boolean collectOn(KvTier tier, AtomicInteger begun, AtomicBoolean over)
      throws TierException {
    tier.collect(bench().inTime());
    begun.incrementAndGet();
    while (!over.get()) {
      tier.collect(bench().inTime());
    }
    return true;
  }

  /** Some of everything that a tier may count: stores, finds, misses, removes. */
  private void work() throws TierException {
    KvTier tier = bench().tier();
    for (TestChunk chunk : storeSome(3)) {
      bench().expectFound(chunk, "that what was stored can be read");
    }
    tier.read(bench().chunks().absent(1), new RecordingSink(), bench().inTime());
    tier.remove(bench().chunks().full(1).key(), bench().inTime());
  }

  @Test
  default void rule_941_countersKeepTheirNames() throws Exception {
    KvTier tier = bench().tier();
    List<String> names = List.copyOf(tier.counters().keySet());
    work();
    String check = "that all counters are there from the start, with 0, and stay";
    Expect.same(names, List.copyOf(tier.counters().keySet()), "counters after some work", check);
    tier.close();
    Expect.same(names, List.copyOf(tier.counters().keySet()), "counters after close", check);
    assumeTrue(!names.isEmpty(), "the tier counts nothing of itself (counters)");
    for (String name : names) {
      Expect.that(
          name.matches("[a-z0-9]+(\\.[a-z0-9]+)*"),
          "a counter is called '" + name + "'",
          "that names are words of small letters and digits, with dots between them");
    }
  }

  @Test
  default void rule_942_countersNeverGoDown() throws Exception {
    KvTier tier = bench().tier();
    Map<String, Long> before = tier.counters();
    work();
    Map<String, Long> between = tier.counters();
    for (StoredChunk chunk : bench().listAll(tier, 10)) {
      tier.remove(chunk.key(), bench().inTime());
    }
    Map<String, Long> emptied = tier.counters();
    tier.close();
    expectRising(new TreeMap<>(), before);
    expectRising(before, between);
    expectRising(between, emptied);
    expectRising(emptied, tier.counters());
  }

  private static void expectRising(Map<String, Long> before, Map<String, Long> after) {
    after.forEach(
        (name, count) -> {
          long least = before.getOrDefault(name, 0L);
          Expect.that(
              count >= least,
              "counter " + name + " was " + least + " and is " + count,
              "that it counts what happened, not what is here now");
        });
  }

  @Test
  default void rule_943_countersAreThereAtAnyTime() throws Exception {
    KvTier tier = bench().tier();
    TestChunk here = bench().store(bench().chunks().full(1));
    HeldSink sink = new HeldSink();
    Running<ReadOutcome> held = bench().start(() -> tier.read(here.key(), sink, bench().inTime()));
    bench().untilAsked(sink);
    try {
      counted("beside a slow read");
    } finally {
      sink.release();
    }
    held.result("a slow read", "that counting disturbs no read");
    if (bench().contract().setBroken(true)) {
      try {
        counted("of a broken store");
      } finally {
        bench().contract().setBroken(false);
      }
    }
    tier.close();
    counted("after close");
  }

  private void counted(String when) throws Exception {
    String check = "that counters are numbers in memory, read without a lock that calls hold";
    try {
      bench().start(() -> bench().tier().counters()).result("counters " + when, check);
    } catch (TierException | RuntimeException e) {
      throw new AssertionError("counters " + when + " threw. Check " + check + ".", e);
    }
  }

  @Test
  default void rule_944_whatWasCountedStaysAsItWasGiven() throws Exception {
    SortedMap<String, Long> given = bench().tier().counters();
    Map<String, Long> copy = new TreeMap<>(given);
    work();
    String check = "that counters gives a copy";
    Expect.same(copy, given, "counters that were given before some work", check);
  }
}
