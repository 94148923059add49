/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.codec.Secrets;
import io.terrace.device.PagePool;
import io.terrace.engine.PromptRun.Span;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.Settings;
import io.terrace.spi.format.ChunkFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One process of several that share tiers: an engine over CPU memory and whatever lies below it.
 */
final class Instance implements AutoCloseable {
  /** Pages of 32 positions, 8 KiB. */
  static final PageGeometry GEOMETRY = new PageGeometry(2, 1, 16, 32, DataType.F32);

  static final byte[] FINGERPRINT = World.bytes(7);

  private static final Duration SOON = Duration.ofSeconds(10);

  /** So slow that it is worth to wait for whatever may come. */
  static final Speeds.OfModel SLOW = new Speeds.OfModel(1e10, 0);

  private static final Kept PLAIN = new Kept(Precision.EXACT, new RawCoding(), null);

  private final PagePool pool = new PagePool(64 << 20, true);
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final List<ChunkFault> faults = new CopyOnWriteArrayList<>();
  private final List<PromptReport> reports = new CopyOnWriteArrayList<>();
  private final Engine engine;
  private final ModelSpace space;

  /** Opens a tier below memory. */
  @FunctionalInterface
  interface Below {
    KvTier open(TierContext context);
  }

  /**
   * @param below opens the tiers below memory, fastest first
   */
  static Instance withMemory(Duration timeout, Below... below) {
    return new Instance(Instance::cpu, List.of(timeout), PLAIN, List.of(below));
  }

  /**
   * @param timeouts of each tier below memory
   */
  static Instance withTimeouts(List<Duration> timeouts, Below... below) {
    return new Instance(Instance::cpu, timeouts, PLAIN, List.of(below));
  }

  /**
   * @param memory opens the tier that keeps pages
   */
  static Instance withMemoryOf(Below memory, Duration timeout, Below... below) {
    return new Instance(memory, List.of(timeout), PLAIN, List.of(below));
  }

  static Instance withoutMemory(Duration timeout, Below... below) {
    return new Instance(null, List.of(timeout), PLAIN, List.of(below));
  }

  static Instance withCoding(ChunkCoding coding, Below... below) {
    Kept kept = new Kept(Precision.EXACT, coding, null);
    return new Instance(Instance::cpu, List.of(SOON), kept, List.of(below));
  }

  static Instance withPrecision(Precision precision, Below... below) {
    Kept kept = new Kept(precision, new RawCoding(), null);
    return new Instance(Instance::cpu, List.of(SOON), kept, List.of(below));
  }

  static Instance withKeySecret(Secrets secrets, Below... below) {
    Kept kept = new Kept(Precision.EXACT, new RawCoding(), secrets);
    return new Instance(Instance::cpu, List.of(SOON), kept, List.of(below));
  }

  /** How chunks are kept and called. */
  private record Kept(Precision precision, ChunkCoding coding, @Nullable Secrets secrets) {}

  private Instance(@Nullable Below memory, List<Duration> timeouts, Kept kept, List<Below> below) {
    engine =
        new Engine(
            pool,
            contexts -> {
              List<StackTier> tiers = new ArrayList<>();
              if (memory != null) {
                tiers.add(StackTier.ofPages("cpu", memory.open(contexts.apply("cpu"))));
              }
              for (int i = 0; i < below.size(); i++) {
                String name = "tier" + tiers.size();
                Duration timeout = timeouts.get(Math.min(i, timeouts.size() - 1));
                KvTier tier = below.get(i).open(contexts.apply(name));
                tiers.add(new StackTier(name, tier, kept.coding(), timeout, Admission.ALL));
              }
              return tiers;
            },
            new Engine.Limits(32 << 20, 32 << 20),
            kept.secrets() == null ? null : kept.secrets().keySecret(),
            kept.precision(),
            new Events());
    space = engine.space(FINGERPRINT, GEOMETRY);
    space.prefill().remember(SLOW);
  }

  private static KvTier cpu(TierContext context) {
    KvTierProvider provider = ServiceLoader.load(KvTierProvider.class).findFirst().orElseThrow();
    return provider.open(Settings.of(provider.options(), Map.of()), context);
  }

  private final class Events implements EngineEvents {
    @Override
    public void failed(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public void faulty(String tier, ChunkKey key, ChunkFault fault) {
      faults.add(fault);
    }

    @Override
    public void ran(PromptReport report) {
      reports.add(report);
    }
  }

  Engine engine() {
    return engine;
  }

  PagePool pool() {
    return pool;
  }

  ModelSpace space() {
    return space;
  }

  List<Throwable> failures() {
    return failures;
  }

  List<ChunkFault> faults() {
    return faults;
  }

  /** How prompts came to their KV, in the order of their ends. */
  List<PromptReport> reports() {
    return reports;
  }

  TierCounters counters(String tier) {
    return Objects.requireNonNull(engine.tierCounters().get(tier));
  }

  /**
   * Answers a prompt as the adapter does, and checks every position's KV.
   *
   * @return how many tokens were reused
   */
  int ask(int[] prompt) {
    Session session = engine.open(space);
    session.tell(0, prompt);
    int reused = Runs.reuse(session);
    FakeRuntime.check(session, prompt, reused);
    FakeRuntime.pass(session, reused, prompt.length);
    session.publish();
    FakeRuntime.check(session, prompt, prompt.length);
    session.close();
    return reused;
  }

  /**
   * Answers a prompt as the adapter does, pass by pass, and checks every position's KV.
   *
   * @return how many tokens were reused
   */
  int answer(int[] prompt) {
    return answer(prompt, 256);
  }

  /** The same with so many tokens in a pass at most. */
  int answer(int[] prompt, int passTokens) {
    Session session = engine.open(space);
    session.tell(0, prompt);
    try (PromptRun run = session.run()) {
      for (Span span = run.next(passTokens); span != null; span = run.next(passTokens)) {
        compute(session, run, span);
      }
      FakeRuntime.check(session, prompt, prompt.length);
      return run.reused();
    } finally {
      session.close();
    }
  }

  /** One pass, shared. */
  static void compute(Session session, PromptRun run, Span span) {
    FakeRuntime.pass(session, span.from(), span.to());
    run.computed();
    session.publish();
  }

  /** Waits for something that other threads do. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("in time").isNegative();
      LockSupport.parkNanos(100_000);
    }
  }

  /** Waits until all that was published is stored. */
  void flush() {
    assertThat(engine.flush(Deadline.after(Duration.ofSeconds(30)))).as("stored in time").isTrue();
  }

  /** Closes the engine: no page may be left. */
  @Override
  public void close() {
    engine.close();
    for (int i = 0; pool.pagesInUse() + pool.privatePages() > 0 && i < 1000; i++) {
      LockSupport.parkNanos(5_000_000); // for calls that were interrupted
    }
    assertThat(pool.pagesInUse()).as("pages in use").isZero();
    assertThat(pool.privatePages()).as("private pages").isZero();
  }
}
