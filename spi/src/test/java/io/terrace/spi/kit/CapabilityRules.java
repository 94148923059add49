/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 7xx: what a tier says of itself is so. */
interface CapabilityRules extends Rules {
  @Test
  default void rule_701_aSharedTierIsSeenByOthers() throws Exception {
    KvTier tier = bench().tier();
    TestChunk before = bench().store(bench().chunks().full(1));
    KvTier other = bench().reopenIf(tier.capabilities().shared(), "shared");
    TestChunk after = bench().store(bench().chunks().full(2));
    String check = "that what one instance writes or removes is so for all, without a restart";
    bench().expectFound(other, before, check);
    bench().expectFound(other, after, check);
    WriteResult again = bench().write(other, after, bench().inTime());
    Expect.same(WriteResult.PRESENT, again, "writing what another instance wrote", check);
    other.remove(before.key(), bench().inTime());
    bench().expectMissing(before.key(), check);
    TestChunk tail = bench().store(other, bench().chunks().tail(3, 20, 1));
    bench().expectFound(tail, check);
    TestChunk longer = bench().store(bench().chunks().tail(3, 31, 2));
    bench().expectFound(other, longer, check);
    other.close();
    bench().expectFound(after, "that closing one instance leaves the others alone");
  }

  @Test
  default void rule_702_aDirectTierHasADevicePath() throws Exception {
    KvTier tier = bench().tier();
    if (tier.capabilities().direct()) {
      Expect.that(
          tier.devicePath() != null,
          "a tier says that it is direct and has no device path",
          "devicePath, and that direct is declared only if the machine can do it");
    }
    TestChunk chunk = bench().store(bench().chunks().full(1));
    bench().expectFound(chunk, "that host memory works beside the device path");
  }

  @Test
  default void rule_703_asManyCallsAsDeclaredGoOnAtOnce() throws Exception {
    KvTier tier = bench().tier();
    int calls = Math.min(16, tier.capabilities().concurrency());
    List<TestChunk> stored = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      stored.add(bench().store(bench().chunks().full(i)));
    }
    List<HeldSink> sinks = new ArrayList<>();
    List<Running<ReadOutcome>> reads = new ArrayList<>();
    String check = "that the tier can do at once what it declares as its concurrency";
    try {
      for (TestChunk chunk : stored) {
        HeldSink sink = new HeldSink();
        sinks.add(sink);
        reads.add(bench().start(() -> tier.read(chunk.key(), sink, bench().inTime())));
      }
      for (HeldSink sink : sinks) {
        bench().untilAsked(sink);
      }
    } finally {
      sinks.forEach(HeldSink::release);
    }
    for (int i = 0; i < calls; i++) {
      ReadOutcome outcome = reads.get(i).result("one of several reads", check);
      Expect.same(ReadOutcome.FOUND, outcome, "one of several reads", check);
      TierBench.expectContent(stored.get(i), sinks.get(i), check);
    }
  }
}
