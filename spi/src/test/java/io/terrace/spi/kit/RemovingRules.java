/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 40x: removing. */
interface RemovingRules extends Rules {
  @Test
  default void rule_401_whatIsRemovedIsGone() throws Exception {
    KvTier tier = bench().tier();
    TestChunk gone = bench().store(bench().chunks().full(1));
    TestChunk neighbour = bench().store(bench().chunks().full(2));
    TestChunk tail = bench().store(bench().chunks().tail(3, 20, 1));
    tier.remove(gone.key(), bench().inTime());
    bench().expectMissing(gone.key(), "that remove reaches whatever read and contains look into");
    String check = "that remove takes this chunk alone, and what can be reached through it only";
    bench().expectFound(neighbour, check);
    bench().expectFound(tail, check);
    tier.remove(tail.key(), bench().inTime());
    bench().expectMissing(tail.key(), "that a tail is removed like any chunk");
  }

  @Test
  default void rule_402_removingWhatIsNotHereIsNoError() throws Exception {
    KvTier tier = bench().tier();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    ChunkKey absent = bench().chunks().absent(1);
    tier.remove(absent, bench().inTime());
    tier.setAside(absent, "test", bench().inTime());
    tier.removeAll(List.of(absent, absent), bench().inTime());
    tier.removeAll(List.of(), bench().inTime());
    bench().expectFound(chunk, "that removing one chunk leaves the others alone");
  }

  @Test
  default void rule_403_severalAreRemovedAtOnce() throws Exception {
    TestChunk one = bench().store(bench().chunks().full(1));
    TestChunk two = bench().store(bench().chunks().full(2));
    TestChunk kept = bench().store(bench().chunks().full(3));
    List<ChunkKey> keys = List.of(one.key(), bench().chunks().absent(1), two.key());
    bench().tier().removeAll(keys, bench().inTime());
    String check = "that removeAll goes on behind a key that is not here";
    bench().expectMissing(one.key(), check);
    bench().expectMissing(two.key(), check);
    bench().expectFound(kept, check);
  }

  @Test
  default void rule_404_whatIsRemovedCanBeWrittenAgain() throws Exception {
    TestChunk chunk = bench().chunks().full(1);
    TestChunk tail = bench().chunks().tail(2, 20, 1);
    for (int i = 0; i < 3; i++) {
      bench().store(chunk);
      bench().store(tail);
      bench().tier().remove(chunk.key(), bench().inTime());
      bench().tier().remove(tail.key(), bench().inTime());
    }
    bench().store(chunk);
    bench().expectFound(chunk, "that nothing remembers what was removed");
  }

  @Test
  default void rule_405_whatIsSetAsideIsNotFound() throws Exception {
    KvTier tier = bench().tier();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    TestChunk neighbour = bench().store(bench().chunks().full(2));
    String check = "that setAside takes a chunk out of everybody's sight, and that one alone";
    for (int i = 0; i < 2; i++) {
      tier.setAside(chunk.key(), "the kit says so", bench().inTime());
      bench().expectMissing(chunk.key(), check);
      Expect.same(1, bench().listAll(tier, 10).size(), "chunks listed", check);
      bench().store(chunk);
      bench().expectFound(chunk, "that a chunk that was set aside can be written again");
    }
    bench().expectFound(neighbour, check);
  }

  @Test
  default void rule_406_aReadDuringARemoveIsWholeOrNothing() throws Exception {
    KvTier tier = bench().tier();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    HeldSink sink = new HeldSink();
    Running<ReadOutcome> read = bench().start(() -> tier.read(chunk.key(), sink, bench().inTime()));
    bench().untilAsked(sink);
    Running<Boolean> removed = bench().start(() -> removed(tier, chunk.key()));
    removed.untilItWaits();
    sink.release();
    String check = "that the bytes of a read under way stay as they are, or the read fails";
    try {
      if (read.result("a read", check) == ReadOutcome.FOUND) {
        TierBench.expectContent(chunk, sink, check);
      }
    } catch (TierException e) {
      // Removed under its hands.
    }
    removed.result("a remove beside a read", "that remove waits for no reader for ever");
    bench().expectMissing(chunk.key(), check);
  }

  private boolean removed(KvTier tier, ChunkKey key) throws TierException {
    tier.remove(key, bench().inTime());
    return true;
  }

  @Test
  default void rule_407_nothingIsToldOfWhatWasRemoved() throws Exception {
    KvTier tier = bench().tier();
    TestChunk one = bench().store(bench().chunks().full(1));
    TestChunk two = bench().store(bench().chunks().full(2));
    bench().store(bench().chunks().full(3));
    tier.remove(one.key(), bench().inTime());
    tier.setAside(two.key(), "test", bench().inTime());
    tier.close();
    Expect.same(
        List.of(),
        bench().context().evicted(),
        "what was told as given up",
        "that evicted is told of what the tier gives up by itself, and of nothing else");
  }
}
