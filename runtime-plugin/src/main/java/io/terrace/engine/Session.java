/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.util.ArrayList;
import java.util.Arrays;
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
  /** Room behind a prompt for the first tokens of its answer, which come one by one. */
  private static final int ANSWER_TOKENS = 128;

  private final Engine engine;
  private final ModelSpace space;
  private final int chunkTokens;
  private final @Nullable PageConverter converter;
  private final List<Slot> slots = new ArrayList<>();
  private int[] tokens = {};
  private int known;
  private int computed;
  private int expectedFrom; // positions that a pass under way may write: expectedFrom .. expectedTo
  private int expectedTo;
  private int lastWritten = -1;
  private volatile boolean publishes = true; // cleared by any thread
  private int changes;
  private @Nullable Lull lull; // behind the prompt that is being computed

  Session(Engine engine, ModelSpace space) {
    this.engine = engine;
    this.space = space;
    chunkTokens = space.geometry().chunkTokens();
    converter = space.converter();
  }

  /** How many tokens are known, whether their KV was computed here or not. */
  public int known() {
    return known;
  }

  /** How many positions have their KV in this session's pages. */
  public int computed() {
    return computed;
  }

  /** A copy of the tokens whose KV was computed, or was to be reused: {@code 0 .. known}. */
  public int[] tokens() {
    return Arrays.copyOf(tokens, known);
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
    return changes;
  }

  /**
   * States the tokens of the positions from {@code start} on, about to be computed. Positions after
   * them are forgotten.
   *
   * @param start at most {@link #known()}; beyond that tokens are missing, and publication ends
   */
  public void tell(int start, int[] newTokens) {
    if (makeKnown(start, start + newTokens.length)) {
      System.arraycopy(newTokens, 0, tokens, start, newTokens.length);
    }
  }

  /** As {@link #tell(int, int[])} for one token, without an array. */
  public void tell(int start, int token) {
    if (makeKnown(start, start + 1)) {
      tokens[start] = token;
    }
  }

  /** Makes room for the tokens {@code start .. end}; false where others are missing before them. */
  private boolean makeKnown(int start, int end) {
    if (start > known) {
      stopPublishing();
      return false;
    }
    if (end > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(end + ANSWER_TOKENS, tokens.length * 2));
    }
    known = end;
    uncompute(start);
    return true;
  }

  private void uncompute(int from) {
    if (from >= computed) {
      return;
    }
    computed = from;
    for (int i = from / chunkTokens; i < slots.size(); i++) {
      slots.get(i).forgetKept();
    }
  }

  /** Takes back what was told of positions whose computation failed, and ends the pass. */
  public void forgetFrom(int position) {
    breakOffPass();
    known = Math.min(known, position);
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
    return new PromptRun(engine, this, space, known, known - 1, givenUp);
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
    Match match = engine.lookup(space, tokens, known, limit);
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
    if (computed < start || computed >= start + positions) {
      return false;
    }
    if (converter != null) {
      return widen(converter, page, chunk, positions);
    }
    if (computed == start && positions == chunkTokens) {
      adopt(chunk, page);
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
    from.widen(positions, kept.segment(), writable(computed).segment());
    computed += positions;
    engine.counters().copiedPositions.add(positions);
    if (positions == chunkTokens) {
      kept.retain();
      slots.get(chunk).keep(kept, chunkTokens);
      slots.get(chunk).takenOver();
    }
    return true;
  }

  private void adopt(int pageIndex, KvPage page) {
    page.retain();
    Slot slot = new Slot(page, false, chunkTokens);
    slot.takenOver();
    put(pageIndex, slot);
    engine.counters().adoptedPages.increment();
  }

  /** Copies the positions {@code computed .. end}, all in one page. */
  private void copy(Page source, int pageIndex, int end) {
    int start = pageIndex * chunkTokens;
    KvPage target = writable(computed);
    PageCopy.positions(source, target, computed - start, end - start);
    engine.counters().copiedPositions.add(end - computed);
  }

  /**
   * The page that holds a position, for reading.
   *
   * @param pageIndex position / chunkTokens; a page that is not there yet is allocated
   */
  public KvPage page(int pageIndex) {
    if (pageIndex >= slots.size()) {
      allocateUpTo(pageIndex);
    }
    return slots.get(pageIndex).page();
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
    computed = Math.max(computed, Math.min(expectedTo, known));
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
    return writable(position);
  }

  /** The session's own page for a position: one of its own first, where others may read it. */
  private KvPage writable(int position) {
    int pageIndex = position / chunkTokens;
    KvPage page = page(pageIndex);
    if (position % chunkTokens >= slots.get(pageIndex).published()) {
      return page;
    }
    KvPage own = engine.pool().allocate(space.runtimeGeometry());
    PageCopy.positions(page, own, 0, chunkTokens);
    put(pageIndex, new Slot(own, false, 0));
    return own;
  }

  private void allocateUpTo(int pageIndex) {
    while (slots.size() <= pageIndex) {
      KvPage page = engine.pool().allocate(space.runtimeGeometry());
      slots.add(new Slot(page, converter != null, 0));
    }
    changes++;
  }

  /**
   * Puts a page behind the last one, or in place of one: where KV is computed, pages have no gap.
   */
  private void put(int pageIndex, Slot slot) {
    changes++;
    if (pageIndex == slots.size()) {
      slots.add(slot);
    } else {
      slots.set(pageIndex, slot).release();
    }
  }

  /** Shares what is computed: finished chunks and the unfinished last one. */
  public void publish() {
    if (publishes && computed > 0) {
      if (converter != null) {
        narrow(converter);
      }
      engine.publish(space, tokens, computed, slots, lull);
    }
  }

  /** Makes pages for others of what was computed since the last time. */
  private void narrow(PageConverter to) {
    for (int i = 0; i * chunkTokens < computed; i++) {
      int positions = Math.min(chunkTokens, computed - i * chunkTokens);
      Slot slot = slots.get(i);
      if (slot.shared(positions) == null) {
        KvPage kept = engine.pool().allocate(to.kept());
        to.narrow(positions, slot.page().segment(), kept.segment());
        slot.keep(kept, positions);
      }
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
    List<Slot> given = List.copyOf(slots);
    if (publishes && computed > 0) {
      engine.ended(space, tokens, computed, given);
    }
    slots.clear();
    computed = 0;
    changes++;
    given.forEach(Slot::release);
  }

  /** The page table's entry of a position, for tests. */
  @Nullable Slot slot(int pageIndex) {
    return pageIndex < slots.size() ? slots.get(pageIndex) : null;
  }
}
