/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.CausalSelfAttention;
import com.github.tjake.jlama.tensor.AbstractTensor;
import io.terrace.agent.jlama.Outcome;
import io.terrace.engine.PromptRun;
import io.terrace.engine.PromptRun.Span;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass of Jlama over a part of a prompt. What it computes may come from a tier meanwhile: then
 * the blocks that are left do nothing, so that Jlama is through with its layers at once. No
 * exception ends the pass, since Jlama would not close its tensors, and count them as in use for
 * ever.
 *
 * <p>Used by one thread, which Jlama computes on.
 */
final class PromptPass {
  /** The pass of this thread. */
  static final ScopedValue<PromptPass> CURRENT = ScopedValue.newInstance();

  private final AbstractModel model;
  private final PromptRun run;
  private final int layers;
  private final double breaksOffAt;
  private int entered; // layers
  private boolean overtaken;

  /**
   * @param breaksOff half-way, whatever comes: for tests
   */
  PromptPass(AbstractModel model, PromptRun run, boolean breaksOff) {
    this.model = model;
    this.run = run;
    breaksOffAt = breaksOff ? 0.5 : Double.POSITIVE_INFINITY;
    layers = model.getConfig().numberOfLayers;
  }

  /** Has Jlama compute a part, whose pages are {@code buffer}'s. */
  AbstractTensor<?, ?> compute(int[] tokens, Span span, SessionKvBuffer buffer) {
    return ScopedValue.where(CURRENT, this)
        .call(() -> model.batchForward(tokens, span.from(), buffer, Optional.empty()));
  }

  /**
   * Whether it was broken off, or given up: what it returned is nothing, and its positions are not
   * computed.
   */
  boolean isOvertaken() {
    return overtaken;
  }

  /** See {@link io.terrace.agent.jlama.JlamaRuntime#leftOut}. */
  @Nullable Outcome leftOut(Object block, AbstractTensor<?, ?> input) {
    boolean begins = block instanceof CausalSelfAttention;
    double doneShare = (entered - (begins ? 0 : 0.5)) / layers;
    overtaken = overtaken || doneShare >= breaksOffAt || run.isOvertaken(doneShare);
    entered += begins ? 1 : 0;
    return overtaken ? nothing(input) : null;
  }

  /** What it computed is lost: the rest of it is left out as well. */
  Outcome giveUp(AbstractTensor<?, ?> input) {
    overtaken = true;
    return nothing(input);
  }

  private Outcome nothing(AbstractTensor<?, ?> input) {
    return Outcome.of(
        model.makeDenseTensor(input.shape().first(), model.getConfig().embeddingLength));
  }
}
