/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.ComputeSide;
import io.terrace.device.DeviceTable;
import io.terrace.device.KvPage;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The KV of one running conversation: its tokens, and the page table that says where the KV of each
 * position lies. A page is the session's own, or one that others read as well.
 *
 * <p>The tokens of positions {@code 0 .. known} are known; the KV of {@code 0 .. computed} is
 * there. A position that others may read is never written: a write to it gets a page of the
 * session's own first.
 *
 * <p>Used by one thread at a time; the caller sees to that.
 */
public final class Session implements AutoCloseable {
  private final Engine engine;
  private final ModelSpace space;
  private final int chunkTokens;
  private final @Nullable PageConverter converter;
  private final PageTable table;
  private final KnownTokens tokens = new KnownTokens();
  private int computed;
  private int expectedFrom; // positions that a pass under way may write: expectedFrom .. expectedTo
  private int expectedTo;
  private int lastWritten = -1;
  private volatile boolean publishes = true; // cleared by any thread
  private int shared = -1; // positions, at the last publication
  private @Nullable Lull lull; // behind the prompt that is being computed

  Session(Engine engine, ModelSpace space) {
    this.engine = engine;
    this.space = space;
    chunkTokens = space.geometry().chunkTokens();
    converter = space.converter();
    table = new PageTable(engine.pool(), space.runtimeGeometry(), converter != null);
  }

  /** From now on KV is computed in pages of a device; before anything is. */
  public void computeOn(DeviceTable device) {
    table.computeOn(device);
  }

  /** How many tokens are known, whether their KV was computed here or not. */
  public int known() {
    return tokens.count();
  }

  /** How many positions have their KV in this session's pages. */
  public int computed() {
    return computed;
  }

  /** A copy of the tokens whose KV was computed, or was to be reused: {@code 0 .. known}. */
  public int[] tokens() {
    return tokens.copy();
  }

  /** Whether what this session computes is shared with others. */
  public boolean publishes() {
    return publishes;
  }

  /** This session shares nothing and reuses nothing, by configuration. */
  public void stopSharing() {
    publishes = false;
  }

  /**
   * From now on nothing of this session is shared with others, and nothing of others adopted. May
   * be called by any thread.
   */
  public void stopPublishing() {
    if (publishes) {
      publishes = false;
      engine.counters().untracked.increment();
    }
  }

  /** Counts changes of the page table, so that a view of it knows when it is stale. */
  public int changes() {
    return table.changes();
  }

  /**
   * States the tokens of the positions from {@code start} on, about to be computed. Positions after
   * them are forgotten.
   *
   * @param start at most {@link #known()}; beyond that tokens are missing, and publication ends
   */
  public void tell(int start, int[] newTokens) {
    told(start, tokens.tell(start, newTokens));
  }

  /** As {@link #tell(int, int[])} for one token, without an array. */
  public void tell(int start, int token) {
    told(start, tokens.tell(start, token));
  }

  private void told(int start, boolean follows) {
    if (follows) {
      uncompute(start);
    } else {
      stopPublishing();
    }
  }

  private void uncompute(int from) {
    if (from >= computed) {
      return;
    }
    computed = from;
    table.forget(from);
  }

  /** Takes back what was told of positions whose computation failed, and ends the pass. */
  public void forgetFrom(int position) {
    breakOffPass();
    tokens.forgetFrom(position);
    uncompute(position);
  }

  /**
   * Begins to compute what is told and not computed: what is known of it is taken over, but not its
   * last token, since one token at least has to be computed.
   *
   * @param givenUp whether nobody wants the answer any more: then nothing is waited for; asked by
   *     the session's thread
   * @return the way through the prompt, to be closed
   */
  public PromptRun run(BooleanSupplier givenUp) {
    return new PromptRun(engine, this, space, known(), known() - 1, givenUp);
  }

  /** As {@link #run(BooleanSupplier)} for a prompt whose answer is wanted in any case. */
  public PromptRun run() {
    return run(() -> false);
  }

  /**
   * As {@link #run} for the positions before one whose token is computed by itself: all of them may
   * be taken over.
   */
  public PromptRun runUpTo(int end) {
    return new PromptRun(engine, this, space, end, end, () -> false);
  }

  /** What is published from now on is part of a prompt, and has time until that is computed. */
  void promptBegins(Lull behind) {
    lull = behind;
  }

  /** It is, or was given up. */
  void promptEnds() {
    lull = null;
  }

  /** Takes over what memory knows of the prompt, up to a position. */
  void takeFromMemory(int limit) {
    Match match = engine.lookup(space, tokens.ids(), known(), limit);
    try {
      take(match);
    } finally {
      match.release();
    }
  }

  private void take(Match match) {
    for (int i = computed / chunkTokens; i < match.pages().size(); i++) {
      takeOver(i, (KvPage) match.pages().get(i), chunkTokens);
    }
    if (match.partial() != null) {
      int chunk = match.positions() / chunkTokens;
      takeOver(chunk, (KvPage) match.partial(), match.positions() - chunk * chunkTokens);
    }
  }

  /**
   * Takes over what a page holds of this session's tokens beyond what is computed: the page itself
   * where nothing of its chunk is there yet and all of it is of use, else a copy of the positions.
   *
   * @param chunk whose page it is, by its number in the prompt
   * @param page the caller's, who gives its own reference back
   * @param positions how many of the page's first positions are of use
   * @return whether more is computed than before
   */
  boolean takeOver(int chunk, KvPage page, int positions) {
    int start = chunk * chunkTokens;
    if (computed < start || computed >= start + positions || !isHosted()) {
      return false;
    }
    if (converter != null) {
      return widen(converter, page, chunk, positions);
    }
    if (computed == start && positions == chunkTokens) {
      table.adopt(chunk, page);
      engine.counters().adoptedPages.increment();
    } else {
      copy(page, chunk, start + positions);
    }
    computed = start + positions;
    return true;
  }

  /** A page of another precision is converted, from its start on only. */
  private boolean widen(PageConverter from, KvPage kept, int chunk, int positions) {
    if (computed != chunk * chunkTokens) {
      return false; // what is computed there is better
    }
    from.widen(positions, kept.segment(), table.writable(computed, computed).segment());
    computed += positions;
    table.side().written(chunk, positions);
    engine.counters().copiedPositions.add(positions);
    if (positions == chunkTokens) {
      kept.retain();
      table.slot(chunk).keep(kept, chunkTokens);
      table.slot(chunk).takenOver();
    }
    return true;
  }

  /**
   * Whether the host has what is computed of the last page: it is waited for, since what follows in
   * that page may come from elsewhere.
   */
  private boolean isHosted() {
    if (computed % chunkTokens == 0) {
      return true;
    }
    bringToHost();
    return table.side().hosted(computed) == computed;
  }

  /** Copies the positions {@code computed .. end}, all in one page. */
  private void copy(Page source, int pageIndex, int end) {
    int start = pageIndex * chunkTokens;
    KvPage target = table.writable(computed, computed);
    PageCopy.positions(source, target, computed - start, end - start);
    table.side().written(pageIndex, end - start);
    engine.counters().copiedPositions.add(end - computed);
  }

  /**
   * The page that holds a position, for reading.
   *
   * @param pageIndex position / chunkTokens; a page that is not there yet is allocated
   */
  public KvPage page(int pageIndex) {
    return table.page(pageIndex);
  }

  /**
   * States which positions the pass that begins now will write, with the tokens told before. A pass
   * that leaves positions before it uncomputed computes nothing that can be shared.
   */
  public void beginPass(int from, int to) {
    if (from > computed) {
      stopPublishing();
    }
    expectedFrom = from;
    expectedTo = to;
    lastWritten = -1;
  }

  /**
   * States that the pass is over and the KV of all its positions is there. A position written
   * outside of a pass holds the KV of a token that nobody told: publication ends.
   */
  public void endPass() {
    if (lastWritten != expectedTo - 1) {
      stopPublishing(); // the runtime keeps KV elsewhere: our pages do not hold it
    }
    int end = Math.min(expectedTo, known());
    if (end > computed) {
      table.side().endPass(computed, end);
      computed = end;
    }
    expectedTo = expectedFrom;
  }

  /** States that the pass is over, and what it wrote is of no use. */
  public void breakOffPass() {
    expectedTo = expectedFrom;
  }

  /** Whether a pass is under way. */
  public boolean inPass() {
    return expectedTo > expectedFrom;
  }

  /** The page that holds a position, for a runtime that is about to write that position. */
  public KvPage pageToWrite(int position) {
    if (position < expectedFrom || position >= expectedTo) {
      stopPublishing();
    }
    lastWritten = position;
    return table.writable(position, computed);
  }

  /** Whether a pass is under way that computes just these positions. */
  public boolean isInPass(int from, int to) {
    return inPass() && from == expectedFrom && to == expectedTo;
  }

  /**
   * Gets pages for the positions of the pass under way, on the host and on the device, and begins
   * to load what it reads.
   *
   * @return the pages on the device; null if KV is computed on the host, or is to be from now on
   */
  public @Nullable DeviceTable beginOnDevice() {
    DeviceTable device = onDevice();
    if (device == null) {
      return null;
    }
    for (int at = expectedFrom; at < expectedTo; at = (at / chunkTokens + 1) * chunkTokens) {
      table.writable(at, computed);
    }
    lastWritten = expectedTo - 1;
    return device.beginPass(expectedTo) ? device : null;
  }

  /** The pages on the device, where a pass is under way; null if KV is computed on the host. */
  public @Nullable DeviceTable onDevice() {
    return table.side() instanceof DeviceTable device ? device : null;
  }

  /**
   * Goes on on the host. If the device is lost, so is what only it had, which is to be computed
   * again. From now on nothing is shared, as others compute to other bits.
   */
  public void leaveDevice() {
    if (onDevice() == null) {
      return;
    }
    bringToHost();
    int hosted = table.side().hosted(computed);
    table.computeOn(ComputeSide.HOST);
    engine.counters().leftDevice.increment();
    publishes = false;
    uncompute(hosted);
  }

  /**
   * Shares what is computed: finished chunks and the unfinished last one. What only a device has
   * begins to come to the host; see {@link #publishArrived}.
   */
  public void publish() {
    if (publishes) {
      table.side().spill(computed);
      share();
    }
  }

  /** Whether something comes from a device that {@link #publishArrived} may share. */
  public boolean isArriving() {
    return table.side().isSpilling();
  }

  /** Shares what came to the host since the last publication. */
  public void publishArrived() {
    if (table.side().hosted(computed) > shared) {
      share();
    }
  }

  /** Waits until the pages of the host hold all that is computed. */
  public void bringToHost() {
    table.side().spill(computed);
    table.side().settle();
  }

  /** Shares what is computed; waits for what comes from a device. */
  public void publishAll() {
    if (publishes) {
      bringToHost();
      share();
    }
  }

  private void share() {
    int hosted = table.side().hosted(computed);
    shared = hosted;
    if (publishes && hosted > 0) {
      if (converter != null) {
        table.narrow(converter, hosted);
      }
      engine.publish(space, tokens.ids(), hosted, table.slots(), lull);
      table.side().share();
    }
  }

  /** The shape of this session's pages. */
  public PageGeometry geometry() {
    return space.runtimeGeometry();
  }

  /**
   * Gives all pages back. The session may be used again, and has lost its KV but not its tokens.
   */
  @Override
  public void close() {
    int hosted = table.side().hosted(computed);
    if (publishes && hosted > 0) {
      engine.ended(space, tokens.ids(), hosted, List.copyOf(table.slots()));
    }
    computed = 0;
    table.clear();
  }

  /** The page table's entry of a position, for tests. */
  @Nullable Slot slot(int pageIndex) {
    return table.find(pageIndex);
  }
}
