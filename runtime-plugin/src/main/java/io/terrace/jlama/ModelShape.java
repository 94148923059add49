/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.DistributedContext;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import io.terrace.config.PluginConfig;
import io.terrace.device.cuda.AttentionKernel.Shape;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the plugin reads off a model. */
final class ModelShape {
  private ModelShape() {}

  /**
   * The pages of a model, or null where Jlama's own memory has to do: a shard of a model, or a
   * working type that Jlama itself keeps elsewhere.
   */
  static @Nullable PageGeometry pages(AbstractModel model, PluginConfig plugin) {
    Config config = model.getConfig();
    DistributedContext shard = config.dctx();
    DataType type = dataType(model.getWorkingDType());
    if (type == null
        || shard.kvSegmentLength != config.kvLength
        || shard.layerStart != 0
        || shard.layerEnd != config.numberOfLayers) {
      return null;
    }
    int heads = config.numberOfKeyValueHeads;
    int size = config.headSize;
    PageGeometry one = new PageGeometry(config.numberOfLayers, heads, size, 1, type);
    int tokens = plugin.chunkTokensFor(one.tokenBytes());
    return new PageGeometry(config.numberOfLayers, heads, size, tokens, type);
  }

  /**
   * What attention of a model looks like, or null where no device computes it: unknown pages, or
   * not all heads, as Jlama leaves some out of models whose heads are wider than their embedding.
   */
  static @Nullable Shape attention(AbstractModel model, PageGeometry pages) {
    Config config = model.getConfig();
    DistributedContext shard = config.dctx();
    boolean computesAll =
        shard.headStart == 0
            && shard.headEnd >= config.numberOfHeads
            && shard.groupHeadEnd >= config.numberOfKeyValueHeads;
    float scale =
        config.attentionMultiplier != null
            ? config.attentionMultiplier
            : (float) (1.0 / StrictMath.sqrt(config.headSize));
    Float cap = config.attnLogitSoftCapping;
    return computesAll && Shape.isComputed(pages, config.numberOfHeads)
        ? new Shape(pages, config.numberOfHeads, scale, cap == null ? 0 : cap)
        : null;
  }

  private static @Nullable DataType dataType(DType type) {
    return switch (type) {
      case F32 -> DataType.F32;
      case BF16 -> DataType.BF16;
      default -> null;
    };
  }

  /** Row counts of the matrices whose products become KV. */
  static IntStream rowsBehindKv(Config config) {
    return IntStream.of(
        config.embeddingLength, config.attentionLength, config.kvLength, config.hiddenLength);
  }
}
