/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.ReadOutcome;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Rules 82x: several threads. */
interface ThreadRules extends Rules {
  @Test
  default void rule_821_severalThreadsGetTheRightBytes() throws Exception {
    List<TestChunk> chunks = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      chunks.add(i % 3 == 0 ? bench().chunks().tail(i, 20, 1) : bench().chunks().full(i));
    }
    List<Running<Boolean>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      SplittableRandom random = new SplittableRandom(Seeds.get() + i);
      threads.add(bench().start(() -> work(chunks, random)));
    }
    for (Running<Boolean> thread : threads) {
      thread.result("a thread among others", "that the tier's locks are taken in one order");
    }
    String check = "that all of the tier's tables are changed together";
    int here = 0;
    for (TestChunk chunk : chunks) {
      if (bench().tier().contains(chunk.key(), bench().inTime())) {
        bench().expectFound(chunk, check);
        here++;
      } else {
        bench().expectMissing(chunk.key(), check);
      }
    }
    Expect.same(here, bench().listAll(bench().tier(), 5).size(), "chunks listed", check);
    bench().tier().close();
    for (TestPage page : bench().pages()) {
      Expect.same(0, page.references(), "references to a page at the end", check);
      Expect.same(0, page.misuses(), "references given back that were not held", check);
    }
  }

  private boolean work(List<TestChunk> chunks, SplittableRandom random) throws Exception {
    KvTier tier = bench().tier();
    for (int i = 0; i < bench().contract().rounds(); i++) {
      TestChunk chunk = chunks.get(random.nextInt(chunks.size()));
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> bench().write(chunk);
        case 3, 4 -> read(chunk);
        case 5 -> lease(chunk);
        case 6 -> tier.contains(chunk.key(), bench().inTime());
        default -> tier.remove(chunk.key(), bench().inTime());
      }
    }
    return true;
  }

  private void read(TestChunk chunk) throws Exception {
    RecordingSink sink = new RecordingSink();
    if (bench().tier().read(chunk.key(), sink, bench().inTime()) == ReadOutcome.FOUND) {
      TierBench.expectContent(
          chunk, sink, "that bytes move under no lock only if nobody can change them");
    }
  }

  private void lease(TestChunk chunk) throws Exception {
    Lease lease = bench().tier().lease(chunk.key(), bench().inTime());
    if (lease != null) {
      byte first = lease.page().segment().get(ValueLayout.JAVA_BYTE, 0);
      byte right = chunk.payloadBytes()[0];
      lease.close();
      Expect.same(right, first, "the first byte of a page lent", "that a page is lent alive");
    }
  }
}
