/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel;
import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel.PreTokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts text in the two steps that Jlama's {@code tokenize} takes: into added tokens and the
 * segments between them, and each segment into pieces. Immutable.
 */
final class TextCutter {
  private final AddedTokenSplit addedTokens;
  private final @Nullable PreTokenizer preTokenizer;
  private final @Nullable KnownSplit knownSplit;

  private TextCutter(AddedTokenSplit addedTokens, @Nullable PreTokenizer preTokenizer) {
    this.addedTokens = addedTokens;
    this.preTokenizer = preTokenizer;
    this.knownSplit = preTokenizer == null ? null : KnownSplit.of(preTokenizer);
  }

  /**
   * Reads a model.
   *
   * @return null if added tokens can be told apart by Jlama's expression only
   */
  static @Nullable TextCutter of(TokenizerModel model) {
    AddedTokenSplit addedTokens = AddedTokenSplit.of(model.addedTokens().keySet());
    return addedTokens == null ? null : new TextCutter(addedTokens, model.preTokenizer());
  }

  /** Whether {@link #pieces} does anything. */
  boolean cutsSegments() {
    return preTokenizer != null;
  }

  /** Added tokens and the segments between them, in order, none of them empty. */
  List<String> segments(String text) {
    return addedTokens.split(text);
  }

  /** The pieces of a segment that is no added token. */
  List<String> pieces(String segment) {
    if (preTokenizer == null) {
      return List.of(segment);
    }
    List<String> pieces = knownSplit == null ? null : knownSplit.split(segment);
    return pieces == null ? preTokenizer.pretokenize(segment) : pieces;
  }
}
