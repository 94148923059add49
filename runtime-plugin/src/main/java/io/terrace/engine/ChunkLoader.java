/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.device.PagePool;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Continues what memory knows of a prompt with chunks of the tiers below it: from the fastest down,
 * each from where the one above it stopped, then the tail.
 *
 * <p>Safe for use by several threads.
 */
final class ChunkLoader {
  private final List<StoredTier> tiers;
  private final MemoryChunks memory;
  private final PagePool pool;

  ChunkLoader(List<StoredTier> tiers, MemoryChunks memory, PagePool pool) {
    this.tiers = tiers;
    this.memory = memory;
    this.pool = pool;
  }

  /**
   * Loads what may follow a match.
   *
   * @param tokens the prompt in {@code tokens[0 .. length)}
   * @param limit how many positions may be used at most
   * @param known what memory knows; given back, or used up for the result
   */
  Match extend(ModelSpace space, int[] tokens, int length, int limit, Match known) {
    if (tiers.isEmpty() || limit - known.positions() < KeyChain.TAIL_KEY_TOKENS) {
      return known;
    }
    Naming naming = memory.naming(space);
    if (!naming.lasting()) {
      return known;
    }
    Prompt prompt = new Prompt(space, naming, tokens, length, limit);
    List<TierVisit> visits = tiers.stream().map(TierVisit::new).toList();
    List<Page> pages = new ArrayList<>(known.pages());
    try {
      loadWhole(prompt, pages, visits);
      return compose(prompt, pages, known, visits);
    } catch (RuntimeException | Error e) {
      pages.subList(known.pages().size(), pages.size()).forEach(Page::release);
      known.release();
      throw e;
    }
  }

  /** What is looked for. */
  private static final class Prompt {
    private final ModelSpace space;
    private final Naming naming;
    private final int[] tokens;
    private final int length;
    private final int limit;
    private final ChunkKeys keys;

    Prompt(ModelSpace space, Naming naming, int[] tokens, int length, int limit) {
      this.space = space;
      this.naming = naming;
      this.tokens = tokens;
      this.length = length;
      this.limit = limit;
      keys = new ChunkKeys(naming, tokens, length, geometry().chunkTokens());
    }

    PageGeometry geometry() {
      return space.geometry();
    }

    int start(int chunk) {
      return chunk * geometry().chunkTokens();
    }

    ChunkLoad.Wanted wanted(int chunk, boolean whole) {
      return new ChunkLoad.Wanted(
          naming, geometry(), new TokenRun(tokens, start(chunk), length), whole);
    }
  }

  private void loadWhole(Prompt prompt, List<Page> pages, List<TierVisit> visits) {
    boolean more = true;
    while (more) {
      more = false;
      for (TierVisit visit : visits) {
        more |= loadWhole(prompt, pages, visit) > 0;
      }
    }
  }

  private int loadWhole(Prompt prompt, List<Page> pages, TierVisit visit) {
    List<ChunkLoad> loads = new ArrayList<>();
    int first = pages.size();
    for (int i = first; i < prompt.keys.count() && prompt.start(i) < prompt.limit; i++) {
      loads.add(visit.tier().want(prompt.keys.of(i), prompt.wanted(i, true), pool));
    }
    int loaded = visit.load(loads);
    for (int i = 0; i < loaded; i++) {
      KvPage page = Objects.requireNonNull(loads.get(i).takePage());
      pages.add(page);
      keep(prompt, first + i, loads.get(i).tokens(), page);
    }
    return loaded;
  }

  private void keep(Prompt prompt, int chunk, int[] chunkTokens, KvPage page) {
    page.seal();
    memory.keep(prompt.space, prompt.naming, prompt.tokens, chunkTokens, prompt.start(chunk), page);
  }

  private Match compose(Prompt prompt, List<Page> pages, Match known, List<TierVisit> visits) {
    int whole = prompt.start(pages.size());
    if (whole > prompt.limit) { // the last chunk ends with the prompt, whose last token is computed
      Page last = pages.removeLast();
      releasePartial(known);
      return new Match(pages, last, prompt.limit);
    }
    Tail tail = loadTail(prompt, pages.size(), Math.max(whole, known.positions()), visits);
    if (tail != null) {
      releasePartial(known);
      return new Match(pages, tail.page(), tail.end());
    }
    if (pages.size() == known.pages().size()) {
      return known;
    }
    releasePartial(known);
    return new Match(pages, null, whole);
  }

  private static void releasePartial(Match known) {
    if (known.partial() != null) {
      known.partial().release();
    }
  }

  private record Tail(KvPage page, int end) {}

  /** The unfinished chunk that follows, from the first tier that has one of more use. */
  private @Nullable Tail loadTail(Prompt prompt, int chunk, int known, List<TierVisit> visits) {
    int start = prompt.start(chunk);
    if (prompt.length - start < KeyChain.TAIL_KEY_TOKENS || start >= prompt.limit) {
      return null;
    }
    ChunkKey key = new KeyChain().tail(prompt.keys.before(chunk), prompt.tokens, start);
    for (TierVisit visit : visits) {
      ChunkLoad load = visit.tier().want(key, prompt.wanted(chunk, false), pool);
      visit.load(List.of(load));
      ChunkKey full = load.referenced();
      if (full != null) {
        load = visit.tier().want(full, prompt.wanted(chunk, false), pool);
        visit.load(List.of(load));
      }
      KvPage page = load.takePage();
      if (page == null) {
        continue;
      }
      int end = Math.min(start + load.common(), prompt.limit);
      if (end > known) {
        keep(prompt, chunk, load.tokens(), page);
        return new Tail(page, end);
      }
      page.release();
    }
    return null;
  }
}
