/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.codec.StoredCoding;
import io.terrace.device.PagePool;
import io.terrace.engine.Admission;
import io.terrace.engine.Engine;
import io.terrace.engine.EngineEvents;
import io.terrace.engine.StackTier;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryPageTier;
import io.terrace.spi.kit.InMemoryTier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The figures that the MBean shows. */
final class ReuseTest {
  private static final class NoEvents implements EngineEvents {
    @Override
    public void failed(Throwable failure) {}

    @Override
    public void faulty(String tier, ChunkKey key, ChunkFault fault) {}
  }

  /** Counts something under a name that the engine has as well. */
  private static final class Counting extends ForwardingTier {
    Counting(KvTier right) {
      super(right);
    }

    @Override
    public SortedMap<String, Long> counters() {
      return new TreeMap<>(Map.of("loaded", 41L));
    }
  }

  private static Map<String, Map<String, Long>> tiers(boolean memoryCounts) {
    StoredCoding coding =
        new StoredCoding(Encoding.RAW, 1, Protection.NONE, null, InstantSource.system());
    try (Engine engine =
        new Engine(
            new PagePool(4 << 20, false),
            contexts ->
                List.of(
                    StackTier.ofPages("memory", memory(contexts.apply("memory"), memoryCounts)),
                    new StackTier(
                        "below",
                        new Counting(new InMemoryTier(contexts.apply("below"))),
                        coding,
                        Duration.ofSeconds(1),
                        Admission.ALL)),
            new Engine.Limits(1 << 20, 1 << 20),
            null,
            runtime -> null,
            new NoEvents())) {
      return new Reuse(engine, () -> null).getTiers();
    }
  }

  private static KvTier memory(TierContext context, boolean counts) {
    KvTier memory = new InMemoryPageTier(context);
    return counts ? new Counting(memory) : memory;
  }

  @Test
  void whatATierCountsOfItselfStandsBesideWhatBecameOfItsCalls() {
    assertThat(tiers(false))
        .containsOnlyKeys("below")
        .hasEntrySatisfying(
            "below",
            figures ->
                assertThat(figures)
                    .containsEntry("own.loaded", 41L)
                    .containsEntry("loaded", 0L)
                    .containsEntry("evicted", 0L)
                    .containsEntry("fault.unprotected", 0L));
  }

  @Test
  void theTierInMemoryIsShownIfItCounts() {
    Map<String, Map<String, Long>> tiers = tiers(true);
    assertThat(new ArrayList<>(tiers.keySet())).containsExactly("memory", "below");
    assertThat(tiers.get("memory")).containsExactly(Map.entry("own.loaded", 41L));
  }
}
