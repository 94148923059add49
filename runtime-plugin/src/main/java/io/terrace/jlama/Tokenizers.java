/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import io.terrace.jlama.tokenizer.FastBpe;
import io.terrace.loader.TerracePlugin;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The replacement of each tokenizer's {@code encode}. Safe for use by several threads. */
final class Tokenizers {
  private final TerracePlugin plugin;
  private final LoadingCache<BPETokenizer, Optional<FastBpe>> replacements =
      Caffeine.newBuilder().weakKeys().build(this::replacement); // weak keys compare by identity

  Tokenizers(TerracePlugin plugin) {
    this.plugin = plugin;
  }

  /** The tokens of a text, or null where Jlama's own method has to do. */
  long @Nullable [] encode(BPETokenizer tokenizer, String text) {
    Optional<FastBpe> replacement = replacements.get(tokenizer);
    return replacement.isPresent() ? replacement.get().encode(text) : null;
  }

  private Optional<FastBpe> replacement(BPETokenizer tokenizer) {
    return Optional.ofNullable(
        FastBpe.of(
            tokenizer,
            reason -> plugin.log().infoOnce(reason, "tokenizer as in Jlama alone: " + reason)));
  }
}
