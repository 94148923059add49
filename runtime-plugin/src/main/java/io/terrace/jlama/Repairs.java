/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import io.terrace.agent.jlama.JlamaHook;
import io.terrace.config.PluginConfig;
import io.terrace.loader.TerracePlugin;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of Jlama's defects are mended, and for which models that matters.
 *
 * @param serializes whether calls on one model may run at once
 * @param chunks whether all rows of matrix products are computed
 * @param mixture whether tokens of a batch go through experts one by one
 */
record Repairs(boolean serializes, boolean chunks, boolean mixture) {
  static Repairs of(TerracePlugin plugin, Set<JlamaHook> hooks) {
    PluginConfig.Jlama config = plugin.config().jlama();
    boolean blocks =
        hooks.contains(JlamaHook.MLP_FORWARD)
            && hooks.contains(JlamaHook.ATTENTION_FORWARD)
            && hooks.contains(JlamaHook.MIXTURE_FORWARD);
    return new Repairs(
        config.serialize() && blocks,
        config.repair() && hooks.contains(JlamaHook.PARALLEL_CHUNKS),
        config.repair() && hooks.contains(JlamaHook.MIXTURE_FORWARD));
  }

  /** Why the KV of a model must not be shared, or null if it may be. */
  @Nullable String objection(AbstractModel model) {
    if (!chunks && needsChunks(model.getConfig())) {
      return "Jlama leaves rows of matrix products of this model uncomputed, and its repair"
          + " (jlama.repair) is off or does not know this version";
    }
    if (model.getWorkingDType() == DType.BF16) {
      return "Jlama computes a token to other KV in one batch than in another with a working memory"
          + " of BF16 (load the model with F32)";
    }
    if (!mixture && hasExperts(model)) {
      return "Jlama computes a batch through experts so that a token depends on those after it, and"
          + " its repair (jlama.repair) is off or does not know this version";
    }
    return null;
  }

  /** Whether a model's KV depends on memory that Jlama's own way leaves as it was. */
  static boolean needsChunks(Config config) {
    int splits = TensorOperationsProvider.get().parallelSplitSize();
    ParallelChunks chunks = new ParallelChunks(Operations.areNative());
    return splits > 1
        && ModelShape.rowsBehindKv(config).anyMatch(rows -> chunks.isMended(rows, splits));
  }

  static boolean hasExperts(AbstractModel model) {
    return model.getModelType() == ModelSupport.ModelType.MIXTRAL;
  }
}
