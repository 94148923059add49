/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rules 42x: chunks that a tier gives up by itself for want of room. */
interface EvictionRules extends Rules {
  private WriteResult write(KvTier tier, int number) throws Exception {
    return bench().write(tier, bench().chunks().full(number), bench().inTime());
  }

  @Test
  default void rule_421_whatIsGivenUpIsToldOnce() throws Exception {
    RecordingContext context = new RecordingContext();
    KvTier tier = bench().withRoomFor(4, context);
    List<ChunkKey> stored = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      if (write(tier, i) == WriteResult.STORED) {
        stored.add(bench().chunks().full(i).key());
      }
    }
    Set<ChunkKey> here = new HashSet<>();
    bench().listAll(tier, 10).forEach((StoredChunk chunk) -> here.add(chunk.key()));
    Set<ChunkKey> told = new HashSet<>(context.evicted());
    String check = "that evicted is told once for each chunk that was given up, and for no other";
    Expect.same(told.size(), context.evicted().size(), "how often the tier told", check);
    Expect.that(here.size() <= 4, here.size() + " chunks where 4 have room", "the tier's bounds");
    for (ChunkKey key : stored) {
      Expect.same(!here.contains(key), told.contains(key), "told of chunk " + key, check);
      Expect.same(here.contains(key), tier.contains(key, bench().inTime()), "contains", check);
    }
    Expect.that(stored.containsAll(told), "told of a chunk that was never stored", check);
  }

  @Test
  default void rule_422_noLockIsHeldWhileTelling() throws Exception {
    RecordingContext context = new RecordingContext();
    KvTier tier = bench().withRoomFor(2, context);
    List<Throwable> problems = new ArrayList<>();
    context.onEvicted(
        key -> {
          if (problems.isEmpty()) {
            askFromAnotherThread(tier, key, problems);
          }
        });
    for (int i = 0; i < 6; i++) {
      write(tier, i);
    }
    if (tier.capabilities().retainsPages()) {
      tier.reclaim(Long.MAX_VALUE);
    }
    if (!problems.isEmpty()) {
      throw new AssertionError("while evicted was told", problems.getFirst());
    }
  }

  private void askFromAnotherThread(KvTier tier, ChunkKey key, List<Throwable> problems) {
    String check = "that evicted is called when all locks of the tier are released";
    Running<Boolean> asked = bench().start(() -> tier.contains(key, Deadline.NEVER));
    try {
      boolean here = asked.result("a call from another thread", check);
      Expect.that(!here, "a chunk was told as given up and is here", check);
    } catch (Exception | AssertionError e) {
      problems.add(e);
    }
  }

  @Test
  default void rule_423_aChunkThatCanNeverFitGivesNothingUp() throws Exception {
    RecordingContext context = new RecordingContext();
    KvTier tier = bench().withRoomFor(2, context);
    write(tier, 1);
    TestChunk large = bench().chunks().full(2, bench().contract().largest());
    String check = "that a chunk larger than all the room is refused before anything goes";
    Expect.same(
        WriteResult.NO_ROOM,
        bench().write(tier, large, bench().inTime()),
        "writing a chunk larger than all the room",
        check);
    Expect.same(List.of(), context.evicted(), "what was given up for it", check);
    bench().expectFound(tier, bench().chunks().full(1), check);
  }
}
