/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.PagePool;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierContext;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks prompts up in the stack of tiers and publishes finished chunks.
 *
 * <p>Safe for use by several threads.
 */
public final class Engine implements AutoCloseable {
  private final PagePool pool;
  private final Consumer<Throwable> failures;
  private final EngineCounters counters = new EngineCounters();
  private final MemoryChunks memory;

  /**
   * @param pool where pages come from; closed with the engine
   * @param stack opens the tiers; closed with the engine
   * @param failures is told of what failed and no caller will hear of
   */
  public Engine(PagePool pool, Stack stack, Consumer<Throwable> failures) {
    this.pool = pool;
    this.failures = failures;
    List<StackTier> tiers = stack.open(new Context());
    boolean keepsPages = tiers.getFirst().tier().capabilities().retainsPages();
    KvTier first = keepsPages ? tiers.getFirst().tier() : new NoMemoryTier();
    memory = new MemoryChunks(first, counters);
    pool.setReclaimer(this::reclaim);
  }

  /**
   * The chunks of one model.
   *
   * @param fingerprint 32 bytes: what makes KV interchangeable
   */
  public ModelSpace space(byte[] fingerprint, PageGeometry geometry) {
    return memory.space(fingerprint, geometry);
  }

  /** Opens a session without any token. */
  public Session open(ModelSpace space) {
    return new Session(this, space);
  }

  /**
   * Finds the longest known prefix of a prompt.
   *
   * @param tokens the prompt in {@code tokens[0 .. length)}; not retained
   * @param limit how many positions may be used at most
   */
  public Match lookup(ModelSpace space, int[] tokens, int length, int limit) {
    return memory.lookup(space, tokens, length, limit);
  }

  /**
   * Publishes the chunks of a session that are finished and not known yet, and the unfinished last
   * one.
   *
   * @param tokens all tokens computed, in {@code tokens[0 .. length)}; not retained
   * @param pages where their KV lies, page by page
   */
  void publish(ModelSpace space, int[] tokens, int length, List<Session.Slot> pages) {
    memory.publish(space, tokens, length, pages);
  }

  /**
   * Gives the chunks of a model new names, as when its fingerprint becomes known. What exists under
   * the new names already is not kept twice.
   */
  public void rename(ModelSpace space, byte[] fingerprint) {
    memory.rename(space, fingerprint);
  }

  private long reclaim(long bytes) {
    try {
      return memory.reclaim(bytes);
    } catch (RuntimeException | Error e) { // a session needs a page: it gets one without the tier
      failures.accept(
          new IllegalStateException(
              "a tier gave no memory back, a session gets a page outside of pool.bytes: " + e, e));
      return 0;
    }
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
    memory.close();
    pool.close();
  }

  private final class Context implements TierContext {
    @Override
    public long pageBudgetBytes() {
      return pool.budgetBytes();
    }

    @Override
    public void evicted(ChunkKey key) {
      memory.evicted(key);
    }
  }
}
