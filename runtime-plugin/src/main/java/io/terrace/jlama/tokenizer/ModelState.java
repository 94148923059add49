/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a tokenizer's model, compared before each encoding: Jlama's model has public
 * setters and maps, and ids from an outdated table would be wrong without a sign.
 */
record ModelState(
    TokenizerModel model,
    @Nullable Object preTokenizer,
    @Nullable Object normalizer,
    @Nullable Object addedTokens,
    @Nullable Object addedTokenPattern,
    boolean legacy,
    int vocabularySize,
    int mergeCount) {

  static ModelState of(TokenizerModel model) {
    return new ModelState(
        model,
        model.preTokenizer(),
        model.normalizer(),
        model.addedTokens(),
        model.addedTokenPattern(),
        model.isLegacy(),
        model.vocabLookup.size(),
        model.merges.size());
  }

  void requireUnchanged(TokenizerModel now) {
    boolean same =
        now == model
            && now.preTokenizer() == preTokenizer
            && now.normalizer() == normalizer
            && now.addedTokens() == addedTokens
            && now.addedTokenPattern() == addedTokenPattern
            && now.isLegacy() == legacy
            && now.vocabLookup.size() == vocabularySize
            && now.merges.size() == mergeCount;
    if (!same) {
      throw new IllegalStateException(
          "Cannot encode text: the tokenizer's model was changed after its tables were read.");
    }
  }
}
