/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes text exactly as Jlama 0.8.4's {@link BPETokenizer#encode(String)} does, without its
 * quadratic merge loop and with a memo of the pieces seen before.
 *
 * <p>Thread-safe; one instance serves one tokenizer. It does not keep that tokenizer alive, so it
 * may be the value of a map with weak tokenizer keys. Memory: tables that grow with the vocabulary
 * (24 to 48 bytes a merge, 12 to 16 a token), and a memo of at most {@link #MEMO_BYTES} bytes.
 *
 * <p>The model is read once, by {@link #of}. If the application changes the tokenizer's model
 * afterwards (its setters are public), {@link #encode} throws from then on.
 */
public final class FastBpe {
  /*
   * Why the ids are Jlama's. Pieces are normalised by Jlama's own method, and cut by it too except
   * where a known expression is matched by hand (TextCutter). Merging is done over the same symbols
   * by the same rules: Jlama scans all neighbouring pairs for the lowest rank, the leftmost of
   * equals, merges it and scans again; a heap ordered by (rank, position) hands out the same pairs
   * in the same order (SymbolRun). Whether a pair merges depends only on the two texts that Jlama
   * decodes the ids to, so all pairs that ever can merge are found once, from the merge keys
   * (SymbolIndex, MergeTable).
   *
   * The memo has two levels, since the ids of a segment between two added tokens (a chat message)
   * depend on nothing but the segment, and those of a piece on nothing but the piece. A text seen
   * before is a few hits of the first level; a known document with a new question behind it is a
   * run of hits of the second. A tokenizer that does not cut segments has one level.
   */

  /** Upper bound on the memory of the memo of one tokenizer, in bytes. */
  public static final long MEMO_BYTES = 8L << 20;

  private static final System.Logger LOGGER = System.getLogger(FastBpe.class.getName());

  private final WeakReference<BPETokenizer> tokenizer;
  private final JlamaMethods methods;
  private final ModelState state;
  private final Map<String, Long> addedTokens;
  private final SymbolTable symbols;
  private final MergeTable merges;
  private final @Nullable TextCutter cutter;
  private final IdMemo segmentMemo = new IdMemo(MEMO_BYTES / 2);
  private final IdMemo pieceMemo = new IdMemo(MEMO_BYTES / 2);

  private FastBpe(BPETokenizer tokenizer, JlamaMethods methods) {
    TokenizerModel model = tokenizer.getModel();
    SymbolIndex index = new SymbolIndex(tokenizer, methods);
    this.tokenizer = new WeakReference<>(tokenizer);
    this.methods = methods;
    this.state = ModelState.of(model);
    this.addedTokens = model.addedTokens();
    this.symbols = new SymbolTable(model, index);
    this.merges = new MergeTable(model, index);
    this.cutter = TextCutter.of(model);
  }

  /**
   * Reads a tokenizer's model; some tens of milliseconds for 50,000 merges, more in a cold JVM.
   *
   * @return null if the tokenizer is not of a known kind; the reason is logged then
   * @throws RuntimeException or a {@code LinkageError} if Jlama's classes are not as expected
   */
  public static @Nullable FastBpe of(BPETokenizer tokenizer) {
    String type = tokenizer.getClass().getName();
    return of(
        tokenizer,
        reason ->
            LOGGER.log(
                System.Logger.Level.INFO,
                "Text is encoded by Jlama''s own {0}: {1}.",
                type,
                reason));
  }

  /**
   * Reads a tokenizer's model, like {@link #of(BPETokenizer)}.
   *
   * @param refusal is told the reason before null is returned
   */
  public static @Nullable FastBpe of(BPETokenizer tokenizer, Consumer<String> refusal) {
    try {
      JlamaMethods methods = JlamaMethods.of(tokenizer.getClass());
      MergeTable.requireKnownRanks(tokenizer.getModel());
      return new FastBpe(tokenizer, methods);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      refusal.accept(String.valueOf(e.getMessage()));
      return null;
    }
  }

  /**
   * Encodes a text.
   *
   * @return a new array with the ids that Jlama's own {@code encode} returns
   * @throws RuntimeException whenever Jlama's own would throw; and if the tokenizer is gone or its
   *     model changed since {@link #of}. In each case the caller is to ask Jlama's own method.
   */
  public long[] encode(String text) {
    BPETokenizer jlama = tokenizer.get();
    if (jlama == null) {
      throw new IllegalStateException("Cannot encode text: its tokenizer was garbage collected.");
    }
    state.requireUnchanged(jlama.getModel());
    IdList ids = new IdList(text.length() / 4);
    if (cutter == null) {
      encodePieces(jlama, jlama.tokenize(text), ids);
    } else {
      encodeSegments(jlama, cutter, cutter.segments(text), ids);
    }
    return ids.toArray();
  }

  private void encodeSegments(
      BPETokenizer jlama, TextCutter segmentCutter, List<String> segments, IdList ids) {
    for (String segment : segments) {
      Long added = addedTokens.get(segment);
      if (added != null) {
        ids.add(added);
        continue;
      }
      long[] known = segmentMemo.get(segment);
      if (known == null) {
        IdList found = new IdList(segment.length() / 4);
        if (segmentCutter.cutsSegments()) {
          encodePieces(jlama, segmentCutter.pieces(segment), found);
        } else {
          found.addAll(encodePiece(jlama, segment));
        }
        known = found.toArray();
        segmentMemo.put(segment, known);
      }
      ids.addAll(known);
    }
  }

  private void encodePieces(BPETokenizer jlama, List<String> pieces, IdList ids) {
    for (String piece : pieces) {
      long[] known = pieceMemo.get(piece);
      if (known == null) {
        known = encodePiece(jlama, piece);
        pieceMemo.put(piece, known);
      }
      ids.addAll(known);
    }
  }

  private long[] encodePiece(BPETokenizer jlama, String piece) {
    Long added = addedTokens.get(piece);
    if (added != null) {
      return new long[] {added};
    }
    int[] run = symbols.symbolsOf(methods.preProcess(jlama, piece));
    int length = SymbolRun.merge(run, merges);
    long[] ids = new long[length];
    for (int i = 0; i < length; i++) {
      ids[i] = symbols.id(run[i]);
    }
    return ids;
  }
}
