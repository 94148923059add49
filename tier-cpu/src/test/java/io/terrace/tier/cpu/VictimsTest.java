/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.CachedChunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.WriteResult;
import io.terrace.spi.eviction.LeastRecentlyUsed;
import io.terrace.spi.kit.RecordingSink;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order in which chunks go, seen through the tier and by itself. */
final class VictimsTest {
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

  /** What a policy says decides, and not the order of uses; where it says nothing, that does. */
  @Test
  void worthLeastGoesFirst() {
    CpuTier byName = tier(chunk -> chunk.key().equals(Chunks.key(2)) ? 0 : 1);
    for (int i = 1; i <= 4; i++) {
      store(byName, i, 0);
    }
    byName.reclaim(Long.MAX_VALUE);
    assertThat(context.evicted())
        .containsExactly(Chunks.key(2), Chunks.key(1), Chunks.key(3), Chunks.key(4));
  }

  /** A chunk that is in the row already, and is used then, has its new place. */
  @Test
  void whatIsUsedMeanwhileStays() {
    for (int i = 1; i <= 5; i++) {
      store(i, 0);
    }
    tier.reclaim(1);
    use(2);
    tier.reclaim(1);
    assertThat(context.evicted()).containsExactly(Chunks.key(1), Chunks.key(3));
  }

  /** Many more leaves than are put in a row at once, and a parent that has its place among them. */
  @Test
  void rowsFollowOneAnother() {
    CpuTier large = new CpuTier(1 << 20, new LeastRecentlyUsed(), InstantSource.system(), context);
    for (int i = 1; i <= 500; i++) {
      store(large, i, i == 250 ? 249 : 0);
    }
    large.reclaim(Long.MAX_VALUE);
    List<ChunkKey> expected =
        IntStream.rangeClosed(1, 500)
            .filter(i -> i != 249)
            .mapToObj(Chunks::key)
            .collect(Collectors.toCollection(ArrayList::new));
    expected.add(expected.indexOf(Chunks.key(250)) + 1, Chunks.key(249));
    assertThat(context.evicted()).isEqualTo(expected);
  }

  private CpuTier tier(ToDoubleFunction<CachedChunk> worth) {
    EvictionPolicy policy =
        new EvictionPolicy() {
          @Override
          public void used(CachedChunk chunk, long nowMillis) {}

          @Override
          public void gone(CachedChunk chunk) {}

          @Override
          public double worth(CachedChunk chunk, long nowMillis) {
            return worth.applyAsDouble(chunk);
          }
        };
    return new CpuTier(1 << 20, policy, InstantSource.system(), context);
  }

  private void use(int number) {
    Objects.requireNonNull(tier.lease(Chunks.key(number), Chunks.SOON)).close();
  }

  private void store(int number, int parent) {
    store(tier, number, parent);
  }

  private static void store(CpuTier tier, int number, int parent) {
    FakePage page = new FakePage(Chunks.SMALL, number);
    tier.write(Chunks.chunk(number, parent, page), Chunks.SOON);
    page.release();
  }
}
