/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 62x: tiers that keep the pages they are given. */
interface PageRules extends Rules {
  private void assumePages() {
    assumeTrue(bench().takesPages(), "the tier keeps no pages");
  }

  private void expectReferences(int expected, int index, String check) {
    TestPage page = bench().pages().get(index);
    Expect.same(expected, page.references(), "references to page " + index, check);
    Expect.same(0, page.misuses(), "references given back that were not held", check);
  }

  @Test
  default void rule_621_aPageThatIsKeptIsRetainedOnce() throws Exception {
    assumePages();
    bench().store(bench().chunks().full(1));
    bench().store(bench().chunks().tail(2, 20, 1));
    String check = "that write retains the page once and does not take the caller's reference";
    expectReferences(1, 0, check);
    expectReferences(1, 1, check);
  }

  @Test
  default void rule_622_aPageThatIsNotKeptIsNotRetained() throws Exception {
    assumePages();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    bench().write(chunk);
    bench().tier().close();
    Expect.same(
        WriteResult.NO_ROOM,
        bench().write(bench().chunks().full(2)),
        "writing after close",
        "that a closed tier keeps nothing");
    String check = "that a write that stores nothing retains nothing";
    expectReferences(0, 1, check);
    expectReferences(0, 2, check);
  }

  @Test
  default void rule_623_whatIsRemovedOrReplacedGivesItsPageBack() throws Exception {
    assumePages();
    TestChunk removed = bench().store(bench().chunks().full(1));
    bench().store(bench().chunks().tail(2, 20, 1));
    TestChunk setAside = bench().store(bench().chunks().full(3));
    bench().tier().remove(removed.key(), bench().inTime());
    bench().store(bench().chunks().tail(2, 31, 2));
    bench().tier().setAside(setAside.key(), "test", bench().inTime());
    for (int i = 0; i < 3; i++) {
      expectReferences(0, i, "that whatever takes a chunk out releases its page once");
    }
    expectReferences(1, 3, "that the chunk that took its place is kept");
  }

  @Test
  default void rule_624_closeGivesEveryPageBack() throws Exception {
    assumePages();
    TestChunk parent = bench().store(bench().chunks().full(1));
    bench().store(bench().chunks().after(parent, 2));
    bench().store(bench().chunks().tail(3, 20, 1));
    bench().tier().close();
    bench().tier().close();
    for (int i = 0; i < 3; i++) {
      expectReferences(0, i, "that close releases each page that is kept, once");
    }
  }

  @Test
  default void rule_625_aReadKeepsNoReference() throws Exception {
    assumePages();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    KvTier tier = bench().tier();
    bench().expectFound(chunk, "that what is kept can be read as well");
    tier.read(chunk.key(), (header, bytes) -> null, bench().inTime());
    try {
      tier.read(chunk.key(), new ThrowingSink(), bench().inTime());
    } catch (UnsupportedOperationException e) {
      // It went through, as it should.
    }
    expectReferences(1, 0, "that a read gives its reference back, however it ends");
  }

  @Test
  default void rule_626_reclaimGivesBackWhatNobodyUses() throws Exception {
    assumePages();
    KvTier tier = bench().tier();
    TestChunk used = bench().store(bench().chunks().full(1));
    TestChunk idle = bench().store(bench().chunks().full(2));
    TestPage page = bench().pages().getFirst();
    page.retain(); // a session reads it
    long freed = tier.reclaim(Long.MAX_VALUE);
    String check = "that reclaim gives up idle chunks alone, and counts the bytes of their pages";
    Expect.same((long) page.geometry().pageBytes(), freed, "bytes that became free", check);
    Expect.same(List.of(idle.key()), bench().context().evicted(), "what was told", check);
    bench().expectMissing(idle.key(), check);
    bench().expectFound(used, check);
    expectReferences(0, 1, check);
    page.release();
    Expect.same(freed, tier.reclaim(1), "bytes that became free at the next call", check);
    Expect.same(0L, tier.reclaim(Long.MAX_VALUE), "bytes of an empty tier", check);
  }

  @Test
  default void rule_627_aTierWithoutPagesReclaimsNothing() throws Exception {
    assumeFalse(bench().takesPages(), "the tier keeps pages");
    TestChunk chunk = bench().store(bench().chunks().full(1));
    String check = "that reclaim is left to its default by a tier that keeps no pages";
    Expect.same(0L, bench().tier().reclaim(Long.MAX_VALUE), "bytes of pages given back", check);
    bench().expectFound(chunk, check);
  }

  @Test
  default void rule_628_aChunkWithoutItsParentIsRefusedOrReachable() throws Exception {
    TestChunk parent = bench().chunks().full(1);
    TestChunk child = bench().chunks().after(parent, 2);
    String check = "that a chunk is stored and found, or refused as an orphan";
    WriteResult result = bench().write(child);
    if (result == WriteResult.ORPHAN) {
      bench().expectMissing(child.key(), check);
      expectReferencesIfPages(0, check);
      bench().store(parent);
      bench().store(child);
    } else {
      Expect.same(WriteResult.STORED, result, "writing a chunk before its parent", check);
    }
    bench().expectFound(child, check);
    removeParent(parent.key());
  }

  private void expectReferencesIfPages(int expected, String check) {
    if (bench().takesPages()) {
      expectReferences(expected, 0, check);
    }
  }

  private void removeParent(ChunkKey parent) throws TierException {
    bench().tier().remove(parent, bench().inTime());
    bench().expectMissing(parent, "that a parent can be removed before its children");
    bench().tier().close();
    bench().pages().forEach(page -> Expect.same(0, page.references(), "references", "remove"));
  }
}
