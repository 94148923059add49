/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.CausalSelfAttention;
import com.github.tjake.jlama.tensor.AbstractTensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one block of Jlama's attention is made of: what its own {@code forward} reads.
 *
 * @param layer its number
 * @param query weights of the projections, and their biases, null where there are none
 */
record AttentionBlock(
    AbstractModel model,
    int layer,
    Projection query,
    Projection key,
    Projection value,
    Projection output) {

  /**
   * A matrix, and what is added to its products.
   *
   * @param bias null for nothing
   */
  record Projection(AbstractTensor<?, ?> weights, @Nullable AbstractTensor<?, ?> bias) {}

  /** Reads the fields of blocks, which are Jlama's own. */
  static final class Reader {
    private final MethodHandles.Lookup lookup;
    private final VarHandle model;
    private final VarHandle layer;
    private final VarHandle[] weights;
    private final VarHandle[] biases;

    /**
     * @throws ReflectiveOperationException if this Jlama has other fields
     */
    Reader() throws ReflectiveOperationException {
      lookup = MethodHandles.privateLookupIn(CausalSelfAttention.class, MethodHandles.lookup());
      model = field("m", AbstractModel.class);
      layer = field("layerIndex", int.class);
      weights =
          new VarHandle[] {
            tensor("queryAttnWeights"),
            tensor("keyAttnWeights"),
            tensor("valueAttnWeights"),
            tensor("outputProjectionWeights")
          };
      biases =
          new VarHandle[] {
            field("queryAttnBias", Optional.class),
            field("keyAttnBias", Optional.class),
            field("valueAttnBias", Optional.class),
            field("outputProjectionBias", Optional.class)
          };
    }

    private VarHandle tensor(String name) throws ReflectiveOperationException {
      return field(name, AbstractTensor.class);
    }

    private VarHandle field(String name, Class<?> type) throws ReflectiveOperationException {
      return lookup.findVarHandle(CausalSelfAttention.class, name, type);
    }

    AttentionBlock read(CausalSelfAttention block) {
      return new AttentionBlock(
          (AbstractModel) model.get(block),
          (int) layer.get(block),
          projection(block, 0),
          projection(block, 1),
          projection(block, 2),
          projection(block, 3));
    }

    private Projection projection(CausalSelfAttention block, int which) {
      Optional<?> bias = (Optional<?>) biases[which].get(block);
      return new Projection(
          (AbstractTensor<?, ?>) weights[which].get(block),
          (AbstractTensor<?, ?>) bias.orElse(null));
    }
  }
}
