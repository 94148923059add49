/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel;
import java.lang.ref.WeakReference;
import java.util.Arrays;
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
 * (24 to 32 bytes a merge, 30 a token), and a memo of at most {@link #MEMO_BYTES} bytes.
 *
 * <p>The model is read once, by {@link #of}. If the application changes the tokenizer's model
 * afterwards (its setters are public), {@link #encode} throws from then on.
 */
public final class FastBpe {
  /*
   * Two things make the result equal to Jlama's. Cutting text into pieces and normalising them is
   * left to Jlama's own methods. Merging is done over the same symbols by the same rules: Jlama
   * scans all neighbouring pairs for the lowest rank, the leftmost of equals, merges it and scans
   * again; a heap ordered by (rank, position) hands out the same pairs in the same order
   * (SymbolRun). Whether a pair merges depends only on the two texts that Jlama decodes the ids to,
   * so all pairs that ever can merge are found once, from the merge keys (SymbolTable, MergeTable).
   *
   * Pieces are the unit of the memo, not whole texts: a piece's ids depend on nothing but the
   * piece, so a known document with a new question behind it is a run of hits, and for a tokenizer
   * that does not cut its text at all the piece is the whole text between two added tokens.
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
  private final PieceMemo memo = new PieceMemo(MEMO_BYTES);

  private FastBpe(BPETokenizer tokenizer, JlamaMethods methods) {
    TokenizerModel model = tokenizer.getModel();
    SymbolIndex index = new SymbolIndex(tokenizer, methods);
    this.tokenizer = new WeakReference<>(tokenizer);
    this.methods = methods;
    this.state = ModelState.of(model);
    this.addedTokens = model.addedTokens();
    this.symbols = new SymbolTable(model, index);
    this.merges = new MergeTable(model, index);
  }

  /**
   * Reads a tokenizer's model; some tens of milliseconds for 50,000 merges.
   *
   * @return null if the tokenizer is not of a known kind; the reason is logged then
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
    List<String> pieces = jlama.tokenize(text);
    long[] ids = new long[Math.max(16, pieces.size() * 2)];
    int length = 0;
    for (String piece : pieces) {
      long[] found = memo.get(piece);
      if (found == null) {
        found = encodePiece(jlama, piece);
        memo.put(piece, found);
      }
      if (ids.length - length < found.length) {
        ids = Arrays.copyOf(ids, Math.max(ids.length * 2, length + found.length));
      }
      System.arraycopy(found, 0, ids, length, found.length);
      length += found.length;
    }
    return Arrays.copyOf(ids, length);
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
