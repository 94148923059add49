/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.device.PagePool;
import io.terrace.engine.Engine;
import io.terrace.engine.EngineEvents;
import io.terrace.engine.ModelSpace;
import io.terrace.engine.Precision;
import io.terrace.engine.PromptRun;
import io.terrace.engine.Session;
import io.terrace.engine.StackTier;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.config.Settings;
import io.terrace.spi.format.ChunkFault;
import io.terrace.tier.cpu.CpuTierProvider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** An engine over the CPU tier with one model, wired as the plugin wires it. */
final class EngineFixture implements AutoCloseable {
  private final Engine engine;
  private final ModelSpace space;
  private final KvTier tier;

  EngineFixture(PageGeometry geometry, long budgetBytes) {
    CpuTierProvider cpu = new CpuTierProvider();
    Settings settings = Settings.of(cpu.options(), Map.of());
    AtomicReference<KvTier> opened = new AtomicReference<>();
    engine =
        new Engine(
            new PagePool(budgetBytes, false),
            contexts -> {
              KvTier cpuTier = cpu.open(settings, contexts.apply("cpu"));
              opened.set(cpuTier);
              return List.of(StackTier.ofPages("cpu", cpuTier));
            },
            new Engine.Limits(1 << 20, 1 << 20),
            null,
            Precision.EXACT,
            new NoEvents());
    tier = Objects.requireNonNull(opened.get(), "the engine opens its tier at once");
    space = engine.space(new byte[32], geometry);
  }

  private static final class NoEvents implements EngineEvents {
    @Override
    public void failed(Throwable failure) {
      throw new IllegalStateException("no tier may fail here", failure);
    }

    @Override
    public void faulty(String name, ChunkKey key, ChunkFault fault) {
      throw new IllegalStateException("no chunk is stored here: " + fault);
    }
  }

  Engine engine() {
    return engine;
  }

  Session open() {
    return engine.open(space);
  }

  /**
   * Takes over what is known of a session's prompt.
   *
   * @return how many positions are computed now
   */
  static int reuse(Session session) {
    try (PromptRun run = session.run()) {
      run.next(Integer.MAX_VALUE);
      return session.computed();
    }
  }

  /** A session whose tokens from {@code from} on count as computed; nothing is published. */
  static void compute(Session session, int from, int to) {
    session.beginPass(from, to);
    for (int position = from; position < to; position++) {
      session.pageToWrite(position);
    }
    session.endPass();
  }

  /** Publishes all chunks of a prompt, the unfinished last one included. */
  void publish(int[] tokens) {
    try (Session session = open()) {
      session.tell(0, tokens);
      compute(session, 0, tokens.length);
      session.publish();
    }
  }

  /** Makes the tier give up the chunk that was published last behind all that lead to it. */
  void evictOne() {
    if (tier.reclaim(1) == 0) {
      throw new IllegalStateException("nothing could be evicted: a session holds every page");
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
