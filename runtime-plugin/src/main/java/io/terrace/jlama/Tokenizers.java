/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import io.terrace.jlama.tokenizer.FastBpe;
import io.terrace.loader.TerracePlugin;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of each tokenizer's {@code encode}. Its tables take a few hundred milliseconds to
 * make, which no request waits for: until they are there Jlama's own method encodes.
 *
 * <p>Safe for use by several threads.
 */
final class Tokenizers {
  private final TerracePlugin plugin;

  // Weak keys compare by identity; a replacement holds its tokenizer only weakly, too.
  private final LoadingCache<BPETokenizer, Future<Optional<FastBpe>>> replacements =
      Caffeine.newBuilder().weakKeys().build(this::prepare);

  Tokenizers(TerracePlugin plugin) {
    this.plugin = plugin;
  }

  /** Begins to make the replacement. */
  void prepareFor(Tokenizer tokenizer) {
    if (tokenizer instanceof BPETokenizer known) {
      var unused = replacements.get(known);
    }
  }

  /** The tokens of a text, or null where Jlama's own method has to do. */
  long @Nullable [] encode(BPETokenizer tokenizer, String text) {
    Future<Optional<FastBpe>> replacement = replacements.get(tokenizer);
    if (replacement.state() != Future.State.SUCCESS) {
      return null;
    }
    Optional<FastBpe> ready = replacement.resultNow();
    return ready.isPresent() ? ready.get().encode(text) : null;
  }

  private Future<Optional<FastBpe>> prepare(BPETokenizer tokenizer) {
    FutureTask<Optional<FastBpe>> task = new FutureTask<>(() -> replacement(tokenizer));
    plugin.background("tokenizer", task);
    return task;
  }

  private Optional<FastBpe> replacement(BPETokenizer tokenizer) {
    try {
      return Optional.ofNullable(FastBpe.of(tokenizer, this::refused));
    } catch (RuntimeException | LinkageError e) {
      plugin.failed(e);
      return Optional.empty();
    }
  }

  private void refused(String reason) {
    plugin.log().infoOnce(reason, "tokenizer as in Jlama alone: " + reason);
  }
}
