/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.CausalSelfAttention;
import com.github.tjake.jlama.model.MoEBlock;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.util.BiIntConsumer;
import io.terrace.agent.jlama.JlamaHook;
import io.terrace.agent.jlama.JlamaRuntime;
import io.terrace.agent.jlama.Outcome;
import io.terrace.config.ComputeDevice;
import io.terrace.loader.TerracePlugin;
import java.io.File;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What hooked methods of Jlama do instead; see {@link JlamaRuntime}. */
public final class JlamaAdapter implements JlamaRuntime {
  private final Models models;
  private final @Nullable ScratchLocks scratchLocks;
  private final @Nullable MixtureOfExperts mixture;
  private final @Nullable ParallelChunks chunks;
  private final @Nullable Tokenizers tokenizers;
  private final @Nullable JlamaAttention attention;

  /**
   * @param hooks the hooks whose methods this Jlama has
   * @throws ReflectiveOperationException if a field is missing that the adapter reads
   */
  public JlamaAdapter(TerracePlugin plugin, Set<JlamaHook> hooks)
      throws ReflectiveOperationException {
    plugin.publishFigures();
    Repairs repairs = Repairs.of(plugin, hooks);
    scratchLocks = repairs.serializes() ? new ScratchLocks() : null;
    mixture = repairs.mixture() ? new MixtureOfExperts() : null;
    chunks = repairs.chunks() ? new ParallelChunks(Operations.areNative()) : null;
    tokenizers = plugin.config().jlama().tokenizer() ? new Tokenizers(plugin) : null;
    boolean onDevice =
        plugin.config().device() != ComputeDevice.HOST
            && hooks.contains(JlamaHook.ATTENTION_FORWARD);
    attention = onDevice ? new JlamaAttention() : null;
    models = new Models(plugin, repairs, onDevice);
  }

  @Override
  public @Nullable Object kvBuffer(Object kvBufferCache, UUID session) {
    KvBufferCache cache = (KvBufferCache) kvBufferCache;
    ModelSessions sessions = models.of(cache);
    return sessions == null ? null : sessions.buffer(cache, session);
  }

  @Override
  public void cacheClosed(Object kvBufferCache) {
    models.close((KvBufferCache) kvBufferCache);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // as Jlama declares the parameter
  public @Nullable Outcome batchForward(
      Object model, int[] tokens, int startPosition, Object kvBuffer, Object tensorReducer) {
    if (tokens.length == 0 || startPosition < 0) {
      return null;
    }
    Optional<Consumer<List<AbstractTensor>>> reducer =
        (Optional<Consumer<List<AbstractTensor>>>) tensorReducer;
    if (kvBuffer instanceof SessionKvBuffer buffer) {
      return buffer.isEntered()
          ? null
          : new Prefill((AbstractModel) model, buffer).run(tokens, startPosition, reducer);
    }
    PassMonitor passes = models.passes((AbstractModel) model);
    return passes.wantsOthers()
        ? elsewhere(
            passes,
            () ->
                ((AbstractModel) model)
                    .batchForward(
                        tokens, startPosition, (KvBufferCache.KvBuffer) kvBuffer, reducer))
        : null;
  }

  private static Outcome elsewhere(PassMonitor passes, Supplier<AbstractTensor<?, ?>> jlama) {
    passes.begin(null);
    try {
      return Outcome.of(jlama.get());
    } catch (Throwable e) {
      return Outcome.failed(e); // thrown by Jlama's own code, and meant for its caller
    } finally {
      passes.end();
    }
  }

  @Override
  public @Nullable Object beforeForward(
      Object model, int token, int position, Object kvBuffer, Object tensorReducer) {
    if (kvBuffer instanceof SessionKvBuffer buffer) {
      boolean sharable = ((Optional<?>) tensorReducer).isEmpty();
      return buffer.isEntered()
          ? null
          : DecodeStep.begin((AbstractModel) model, buffer, token, position, sharable);
    }
    PassMonitor passes = models.passes((AbstractModel) model);
    return passes.wantsOthers() ? DecodeStep.elsewhere(passes) : null;
  }

  @Override
  public void afterForward(Object pass, boolean failed) {
    ((DecodeStep) pass).end(failed);
  }

  @Override
  public @Nullable Outcome leftOut(Object block, Object input) {
    return PromptPass.CURRENT.isBound()
        ? PromptPass.CURRENT.get().leftOut(block, (AbstractTensor<?, ?>) input)
        : null;
  }

  @Override
  public @Nullable Outcome attentionForward(
      Object block, Object input, int startPosition, Object kvBuffer, Object tensorReducer) {
    return attention != null && kvBuffer instanceof SessionKvBuffer buffer
        ? attention.forward(
            (CausalSelfAttention) block,
            (AbstractTensor<?, ?>) input,
            startPosition,
            buffer,
            ((Optional<?>) tensorReducer).isEmpty())
        : null;
  }

  @Override
  public @Nullable Lock scratchLock(Object block) {
    return scratchLocks == null ? null : scratchLocks.of(block);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // as Jlama declares the parameter
  public @Nullable Outcome mixtureForward(Object block, Object input, Object tensorReducer) {
    return mixture == null
        ? null
        : mixture.forward(
            (MoEBlock) block,
            (AbstractTensor<?, ?>) input,
            (Optional<Consumer<List<AbstractTensor>>>) tensorReducer);
  }

  @Override
  public @Nullable Outcome parallelChunks(int offset, int length, Object action) {
    return chunks == null ? null : chunks.run(offset, length, (BiIntConsumer) action);
  }

  @Override
  public long @Nullable [] encode(Object tokenizer, String text) {
    return tokenizers == null ? null : tokenizers.encode((BPETokenizer) tokenizer, text);
  }

  @Override
  public void modelLoaded(Object model, File location) {
    AbstractModel loaded = (AbstractModel) model;
    models.loaded(loaded, location.toPath());
    if (tokenizers != null) {
      tokenizers.prepareFor(loaded.getTokenizer());
    }
  }
}
