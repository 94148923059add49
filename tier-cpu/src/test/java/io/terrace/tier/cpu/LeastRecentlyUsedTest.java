/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Chunk;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The order in which chunks go, seen through the tier and by itself. */
final class LeastRecentlyUsedTest {
  private final RecordingContext context = new RecordingContext();
  private final CpuTier tier =
      new CpuTier(1 << 20, new LeastRecentlyUsed(), InstantSource.system(), context);

  @Test
  void oldestUseGoesFirst() {
    store(1, 0);
    store(2, 0);
    store(3, 0);
    use(1);
    assertThat(tier.contains(Chunks.key(2), Chunks.SOON)).as("looking is no use").isTrue();
    assertThat(tier.write(Chunks.chunk(2, 0, new FakePage(Chunks.SMALL, 0)), Chunks.SOON))
        .as("nor is storing again")
        .isEqualTo(WriteResult.PRESENT);
    tier.reclaim(Long.MAX_VALUE);
    assertThat(context.evicted()).containsExactly(Chunks.key(2), Chunks.key(3), Chunks.key(1));
  }

  /** A parent that becomes a leaf stands where its own last use puts it, and not at an end. */
  @Test
  void aParentTakesItsOwnPlace() {
    store(1, 0);
    store(2, 1);
    store(3, 0);
    use(1);
    store(4, 0);
    tier.reclaim(Long.MAX_VALUE);
    assertThat(context.evicted())
        .containsExactly(Chunks.key(2), Chunks.key(3), Chunks.key(1), Chunks.key(4));
  }

  @Test
  void aReadIsAUse() {
    store(1, 0);
    store(2, 0);
    tier.read(Chunks.key(1), new RecordingSink(), Chunks.SOON);
    tier.reclaim(1);
    assertThat(context.evicted()).containsExactly(Chunks.key(2));
  }

  @Test
  void ranksLeavesOnly() {
    LeastRecentlyUsed policy = new LeastRecentlyUsed();
    Entry one = entry(1);
    Entry two = entry(2);
    policy.used(one);
    policy.leaf(one);
    policy.used(two);
    policy.leaf(two);
    assertThat(policy.victims()).containsExactly(one, two);
    policy.notLeaf(one);
    assertThat(policy.victims()).containsExactly(two);
    policy.used(one);
    policy.leaf(one);
    assertThat(policy.victims()).containsExactly(two, one);
  }

  private static Entry entry(int number) {
    Chunk chunk = Chunks.chunk(number, 0, new FakePage(Chunks.SMALL, 0));
    return new Entry(chunk.descriptor(), chunk.header(), chunk.page(), null);
  }

  private void use(int number) {
    Objects.requireNonNull(tier.lease(Chunks.key(number), Chunks.SOON)).close();
  }

  private void store(int number, int parent) {
    FakePage page = new FakePage(Chunks.SMALL, number);
    tier.write(Chunks.chunk(number, parent, page), Chunks.SOON);
    page.release();
  }
}
