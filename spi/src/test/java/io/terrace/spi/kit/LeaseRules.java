/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.CompactPage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Rules 60x: lending chunks in place. */
interface LeaseRules extends Rules {
  private Lease lease(TestChunk chunk) throws Exception {
    assumeTrue(bench().tier().capabilities().lends(), "the tier lends nothing");
    Lease lease = bench().tier().lease(chunk.key(), bench().inTime());
    if (lease == null) {
      throw new AssertionError(
          "a tier that says it lends does not lend a chunk that is here. Check capabilities.");
    }
    return lease;
  }

  private static void expectContent(TestChunk chunk, Lease lease, String check) {
    PageGeometry geometry = chunk.descriptor().geometry();
    Expect.same(geometry, lease.page().geometry(), "the shape of the page lent", check);
    Expect.bytes(
        chunk.headerBytes(),
        lease.header().toArray(ValueLayout.JAVA_BYTE),
        "the header lent",
        check);
    MemorySegment compact = Arena.ofAuto().allocate(chunk.payload().byteSize());
    CompactPage.pack(geometry, chunk.descriptor().positions(), lease.page().segment(), compact);
    byte[] lent = compact.toArray(ValueLayout.JAVA_BYTE);
    Expect.bytes(chunk.payloadBytes(), lent, "the page lent", check);
  }

  @Test
  default void rule_601_whatIsLentIsTheChunk() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    TestChunk tail = bench().store(bench().chunks().tail(2, 20, 1));
    String check = "that a lease shows header and page as they were written";
    try (Lease lease = lease(chunk);
        Lease again = lease(chunk)) {
      expectContent(chunk, lease, check);
      expectContent(chunk, again, check);
    }
    try (Lease lease = lease(tail)) {
      expectContent(tail, lease, check);
    }
    bench().expectFound(chunk, "that what was lent is still here");
  }

  @Test
  default void rule_602_aTierThatDoesNotLendSaysSo() throws Exception {
    KvTier tier = bench().tier();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    String check = "that lease gives null where there is nothing to lend, and declare lends if not";
    Expect.that(
        tier.lease(bench().chunks().absent(1), bench().inTime()) == null, "lent a miss", check);
    assumeFalse(tier.capabilities().lends(), "the tier lends");
    Lease lease = tier.lease(chunk.key(), bench().inTime());
    Expect.that(lease == null, "a tier that does not lend gave a lease", check);
    bench().expectFound(chunk, "that a chunk that is not lent can be read");
  }

  @Test
  default void rule_603_whatIsLentStaysWhenTheChunkGoes() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    TestChunk setAside = bench().store(bench().chunks().full(2));
    TestChunk tail = bench().store(bench().chunks().tail(3, 20, 1));
    try (Lease one = lease(chunk);
        Lease two = lease(setAside);
        Lease three = lease(tail)) {
      bench().tier().remove(chunk.key(), bench().inTime());
      bench().tier().setAside(setAside.key(), "test", bench().inTime());
      bench().store(bench().chunks().tail(3, 31, 2));
      String check = "that the borrower has a reference of its own to the page";
      expectContent(chunk, one, check);
      expectContent(setAside, two, check);
      expectContent(tail, three, check);
    }
  }

  @Test
  default void rule_604_whatIsLentStaysWhenTheTierCloses() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    try (Lease lease = lease(chunk)) {
      bench().tier().close();
      expectContent(chunk, lease, "that close takes no reference away but its own");
    }
  }

  @Test
  default void rule_605_aLeaseIsOneReference() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    Lease one = lease(chunk);
    int before = one.page().references();
    Lease two = lease(chunk);
    String check = "that each lease comes with one reference, which its borrower gives back";
    Expect.same(before + 1, two.page().references(), "references after another lease", check);
    two.close();
    Expect.same(before, one.page().references(), "references after it was closed", check);
    one.close();
    bench().expectFound(chunk, check);
  }
}
