/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.DeviceMemory;
import io.terrace.device.PagePool;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks prompts up in the stack of tiers and publishes finished chunks.
 *
 * <p>Safe for use by several threads.
 */
public final class Engine implements AutoCloseable {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final PagePool pool;
  private final Precision precision;
  private final EngineEvents events;
  private final EngineCounters counters = new EngineCounters();
  private final MemoryChunks memory;
  private final List<StoredTier> stored;
  private final Map<String, OwnCounters> own = new LinkedHashMap<>();
  private final Map<String, TierCounters> calls = new ConcurrentHashMap<>(); // by tier
  private final @Nullable String memoryTier;
  private final double patienceNanos;
  private final Staging staging;
  private final Claims claims = new Claims();
  private final Map<String, PrefillSpeed> models = new ConcurrentHashMap<>(); // by fingerprint
  private final Spiller spiller;
  private final SpillPlan spills;
  private final MemoryBudget budget;
  private volatile Speeds remembered = Speeds.NONE;

  /**
   * What may wait.
   *
   * @param spillBytes of pages to be stored in the tiers below memory
   * @param aheadBytes of pages for a request that asks for them, after they were fetched ahead of
   *     it
   * @param patience how long a request waits at least for what tiers may have
   */
  public record Limits(long spillBytes, long aheadBytes, Duration patience) {
    /** No request waits for longer than it is worth. */
    public Limits(long spillBytes, long aheadBytes) {
      this(spillBytes, aheadBytes, Duration.ZERO);
    }
  }

  /**
   * @param pool where pages come from; closed with the engine
   * @param stack opens the tiers; closed with the engine
   * @param limits of what may wait
   * @param keySecret mixed into all keys; null if there is none
   * @param precision in how many bits KV is kept
   * @param events is told of what goes wrong
   */
  public Engine(
      PagePool pool,
      Stack stack,
      Limits limits,
      byte @Nullable [] keySecret,
      Precision precision,
      EngineEvents events) {
    this.pool = pool;
    this.precision = precision;
    this.events = events;
    List<StackTier> tiers = stack.open(this::context);
    tiers.forEach(tier -> own.put(tier.name(), new OwnCounters(tier, events)));
    StackTier first = tiers.getFirst();
    boolean keepsPages = first.tier().capabilities().retainsPages();
    memoryTier = keepsPages ? first.name() : null;
    KvTier pages = keepsPages ? first.tier() : new NoMemoryTier();
    memory = new MemoryChunks(pages, keySecret, counters, events);
    spiller = new Spiller(limits.spillBytes(), pool, events);
    stored =
        tiers.subList(keepsPages ? 1 : 0, tiers.size()).stream()
            .map(tier -> new StoredTier(tier, calls(tier.name()), spiller, events))
            .toList();
    staging = new Staging(limits.aheadBytes());
    patienceNanos = (double) limits.patience().toNanos();
    spills = new SpillPlan(memory, spiller);
    budget = new MemoryBudget(pool, memory, staging, spiller, events);
    pool.setReclaimer(budget::reclaim);
  }

  /**
   * The chunks of one model.
   *
   * @param fingerprint 32 bytes: what makes KV interchangeable
   * @param geometry of the pages that the model computes in
   */
  public ModelSpace space(byte[] fingerprint, PageGeometry geometry) {
    ModelSpace space = memory.space(fingerprint, true, geometry, precision.of(geometry));
    named(space, fingerprint);
    return space;
  }

  /**
   * The chunks of one model of which it is not known (yet) what makes its KV interchangeable: they
   * stay in memory until {@link #rename}.
   *
   * @param fingerprint 32 bytes that no other model has
   */
  public ModelSpace unnamedSpace(byte[] fingerprint, PageGeometry geometry) {
    return memory.space(fingerprint, false, geometry, precision.of(geometry));
  }

  /** Says that a model computes on a device: tiers that can may fill its pages themselves. */
  public void computesOn(DeviceMemory device, ModelSpace space) {
    stored.forEach(tier -> tier.serve(device.direct()));
    space.computesOnDevice();
  }

  /** Opens a session without any token. */
  public Session open(ModelSpace space) {
    return new Session(this, space);
  }

  /**
   * Finds the longest prefix of a prompt that memory knows.
   *
   * @param tokens the prompt in {@code tokens[0 .. length)}; not retained
   * @param limit how many positions may be used at most
   */
  Match lookup(ModelSpace space, int[] tokens, int length, int limit) {
    return memory.lookup(space, tokens, length, limit);
  }

  /** Under which names a model's chunks go now. */
  Naming naming(ModelSpace space) {
    return memory.naming(space);
  }

  /** Whether memory keeps what is computed. */
  boolean keepsPages() {
    return memoryTier != null;
  }

  /** Whether anything can come from elsewhere than memory. */
  boolean hasTiersBelow() {
    return !stored.isEmpty();
  }

  /** How long a request waits at least for what tiers may have. */
  double patienceNanos() {
    return patienceNanos;
  }

  /** What sessions compute now. */
  Claims claims() {
    return claims;
  }

  /**
   * Begins to bring what the tiers below memory have of a prompt.
   *
   * @param position the first that is not known
   * @param prefill how fast the prompt is computed meanwhile; null if it is not
   * @return null if there is nothing to be brought
   */
  @Nullable Retrieval retrieve(Prompt prompt, int position, @Nullable PrefillSpeed prefill) {
    if (!prompt.naming().lasting()) {
      return null;
    }
    double compute = prefill == null ? Double.MAX_VALUE : prefill.nanos(position, prompt.limit());
    List<TierFeed> feeds =
        stored.stream()
            .filter(tier -> !tier.isResting())
            .filter(tier -> patienceNanos > 0 || tier.speed().isWorthAsking(compute))
            .map(TierFeed::new)
            .toList();
    if (feeds.isEmpty()) {
      return null;
    }
    RetrievalState state = new RetrievalState(prompt, position, feeds, prefill);
    new RetrievalWorkers(new Arrivals(state), staging, memory, pool, events).start();
    return new Retrieval(state, staging);
  }

  /**
   * Begins to bring what the tiers below memory have of a prompt that will come, so that it waits
   * for less; returns at once. What memory has is left where it is, and may be gone by then.
   *
   * @param tokens all of the prompt, with the one that begins a text; not retained
   */
  public void prefetch(ModelSpace space, int[] tokens) {
    Prompt prompt = new Prompt(space, memory.naming(space), tokens.clone(), tokens.length);
    Match known = memory.lookup(space, tokens, tokens.length, tokens.length);
    int position = known.positions();
    known.release();
    int chunk = Prefetch.firstMissing(prompt, position, staging);
    Retrieval retrieval = chunk < 0 ? null : retrieve(prompt, prompt.start(chunk), null);
    if (retrieval != null) {
      Prefetch prefetch = new Prefetch(prompt, retrieval, staging);
      Thread.ofVirtual().name("terrace-prefetch").start(prefetch::run);
    }
  }

  /** Keeps a chunk that came from a tier below in memory, if all that leads to it is there. */
  void keep(Prompt prompt, int chunk, StagedChunk found) {
    memory.keep(prompt, chunk, found);
  }

  /** A prompt is about to be computed, until {@link #runEnds}. */
  void runBegins() {
    spiller.promptBegins();
  }

  /** A prompt has its KV, or was given up: what of it is to be stored may be. */
  void runEnds(Lull lull) {
    spiller.promptEnds(lull);
  }

  /** A prompt has its KV. */
  void ran(PromptReport report) {
    counters.reusedTokens.add(report.reused());
    events.ran(report);
  }

  /**
   * Publishes the chunks of a session that are finished and not known yet, and the unfinished last
   * one.
   *
   * @param tokens all tokens computed, in {@code tokens[0 .. length)}; not retained
   * @param pages where their KV lies, page by page
   * @param lull behind the prompt that is being computed; null between prompts
   */
  void publish(ModelSpace space, int[] tokens, int length, List<Slot> pages, @Nullable Lull lull) {
    memory.publish(space, tokens, length, pages);
    if (!stored.isEmpty()) {
      spills.finished(space, tokens, length, pages, lull);
    }
  }

  /** A session ends that shares what it computed; as {@link #publish}. */
  void ended(ModelSpace space, int[] tokens, int length, List<Slot> pages) {
    if (!stored.isEmpty()) {
      spills.ended(space, tokens, length, pages);
    }
  }

  /**
   * Gives the chunks of a model their lasting names, as when its fingerprint becomes known. What
   * exists under the new names already is not kept twice.
   */
  public void rename(ModelSpace space, byte[] fingerprint) {
    memory.rename(space, fingerprint);
    named(space, fingerprint);
    if (!stored.isEmpty()) {
      spills.named(space);
    }
  }

  /**
   * Waits until what was published is stored in all tiers.
   *
   * @return whether it was by the deadline
   */
  public boolean flush(Deadline deadline) {
    return spiller.flush(deadline);
  }

  /**
   * Ends the tiers below memory, as when the process ends: what was published is stored first. A
   * tier that is not closed some seconds after the deadline is left behind.
   *
   * @return whether it was by the deadline
   */
  public boolean endStored(Deadline deadline) {
    boolean flushed = spiller.flush(deadline);
    spiller.close();
    TierClosing closing = new TierClosing(events::failed);
    stored.forEach(tier -> tier.close(closing));
    closing.await(Deadline.after(CLOSE_PATIENCE));
    return flushed;
  }

  /** How fast a tier below memory is; null if there is none of that name. */
  @Nullable TierSpeed speed(String tier) {
    return stored.stream()
        .filter(each -> each.name().equals(tier))
        .map(StoredTier::speed)
        .findFirst()
        .orElse(null);
  }

  /** Begins with what an earlier process measured. Before any model is there. */
  public void remember(Speeds speeds) {
    remembered = speeds;
    stored.forEach(
        tier -> {
          Speeds.OfTier known = speeds.tiers().get(tier.name());
          if (known != null) {
            tier.speed().remember(known);
          }
        });
  }

  /** What was measured so far, for later processes. */
  public Speeds speeds() {
    Map<String, Speeds.OfTier> tiers = new HashMap<>();
    stored.forEach(
        tier -> {
          if (tier.speed().isMeasured()) {
            tiers.put(tier.name(), tier.speed().figures());
          }
        });
    Map<String, Speeds.OfModel> measured = new HashMap<>();
    models.forEach((name, prefill) -> measured.put(name, prefill.figures()));
    return new Speeds(tiers, measured);
  }

  /** A model has its lasting name: what was measured of it is known by that. */
  private void named(ModelSpace space, byte[] fingerprint) {
    String name = HexFormat.of().formatHex(fingerprint);
    models.put(name, space.prefill());
    Speeds.OfModel known = remembered.models().get(name);
    if (known != null && !space.prefill().isMeasured()) {
      space.prefill().remember(known);
    }
  }

  /** Who holds pages now. */
  public MemoryAccount memory() {
    return budget.account();
  }

  /** What became of the calls to the tiers below memory, by name, fastest first. */
  public Map<String, TierCounters> tierCounters() {
    Map<String, TierCounters> all = new LinkedHashMap<>();
    stored.forEach(tier -> all.put(tier.name(), tier.counters()));
    return all;
  }

  /** What the tiers count of themselves, by name, fastest first; none for a tier that does not. */
  public Map<String, SortedMap<String, Long>> ownCounters() {
    Map<String, SortedMap<String, Long>> all = new LinkedHashMap<>();
    own.forEach((name, counters) -> all.put(name, counters.figures()));
    return all;
  }

  /** Where pages come from. */
  public PagePool pool() {
    return pool;
  }

  /** What happened so far. */
  public EngineCounters counters() {
    return counters;
  }

  /** Chunks in memory now. */
  public int chunks() {
    return memory.size();
  }

  @Override
  public void close() {
    staging.close();
    spiller.close();
    TierClosing closing = new TierClosing(events::failed);
    stored.forEach(tier -> tier.close(closing));
    closing.begin("memory", memory::close);
    closing.await(Deadline.after(CLOSE_PATIENCE));
    pool.close();
  }

  private TierCounters calls(String tier) {
    return calls.computeIfAbsent(tier, name -> new TierCounters());
  }

  /** A tier that keeps no pages may tell so before all are open, too. */
  private TierContext context(String tier) {
    return new GivenContext(
        pool.budgetBytes(),
        key -> {
          if (tier.equals(memoryTier)) {
            memory.evicted(key);
          } else {
            calls(tier).evicted.increment();
          }
        });
  }
}
