/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.MoEBlock;
import com.github.tjake.jlama.tensor.AbstractTensor;
import io.terrace.agent.jlama.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a block of experts one token at a time. In a batch, Jlama 0.8.4 writes the first expert's
 * result of every token into row 0, so that no row is right but the last token's share of the
 * first: a token's KV would depend on the tokens after it. Alone, a token is computed as it should
 * be.
 */
final class MixtureOfExperts {
  private final VarHandle model;

  MixtureOfExperts() throws ReflectiveOperationException {
    model =
        MethodHandles.privateLookupIn(MoEBlock.class, MethodHandles.lookup())
            .findVarHandle(MoEBlock.class, "model", AbstractModel.class);
  }

  /** Null for a single token, which the block's own code does, and for a shard of a model. */
  @SuppressWarnings("rawtypes") // as Jlama declares the parameter
  @Nullable Outcome forward(
      MoEBlock block,
      AbstractTensor<?, ?> input,
      Optional<Consumer<List<AbstractTensor>>> tensorReducer) {
    int tokens = input.shape().first();
    if (tokens == 1 || tensorReducer.isPresent()) {
      return null;
    }
    AbstractModel owner = (AbstractModel) model.get(block);
    int width = owner.getConfig().embeddingLength;
    try {
      AbstractTensor<?, ?> result = owner.makeTensor(tokens, width);
      for (int token = 0; token < tokens; token++) {
        try (AbstractTensor<?, ?> row = block.forward(input.slice(true, token), tensorReducer)) {
          result.copyFrom(row, 0, result.getOffset(token, 0), width);
        }
      }
      return Outcome.of(result);
    } catch (Throwable e) {
      return Outcome.failed(e); // thrown by Jlama's own code, and meant for its caller
    }
  }
}
