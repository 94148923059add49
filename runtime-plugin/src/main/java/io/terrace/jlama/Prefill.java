/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.tensor.AbstractTensor;
import io.terrace.agent.jlama.Outcome;
import io.terrace.engine.Session;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loop of {@code AbstractModel.batchForward} over a prompt, taken over: what is known of the
 * prompt is reused, the rest is computed by Jlama batch by batch and shared in between.
 */
final class Prefill {
  /** As Jlama reads it: the property changes the size of its batches. */
  private static final int BATCH_TOKENS = Integer.getInteger("jlama.max_batch_size", 256);

  private final AbstractModel model;
  private final SessionKvBuffer buffer;
  private final Session session;
  private final ModelSessions owner;

  Prefill(AbstractModel model, SessionKvBuffer buffer) {
    this.model = model;
    this.buffer = buffer;
    session = buffer.session();
    owner = buffer.owner();
  }

  /**
   * Computes the prompt.
   *
   * @param start position of the first token; what lies before it was told in earlier calls
   * @param reducer as Jlama has it; with one, nothing is reused or shared
   * @return the hidden state of the last batch, or what Jlama threw
   */
  @SuppressWarnings("rawtypes") // as Jlama declares the parameter
  Outcome run(int[] tokens, int start, Optional<Consumer<List<AbstractTensor>>> reducer) {
    buffer.enter();
    owner.passes().begin(buffer);
    try {
      return Outcome.of(
          reducer.isPresent() || start > session.known()
              ? model.batchForward(tokens, start, buffer, reducer)
              : prompt(tokens, start));
    } catch (Throwable e) {
      return Outcome.failed(e); // thrown by Jlama's own code, and meant for its caller
    } finally {
      owner.passes().end();
      buffer.leave();
    }
  }

  private @Nullable AbstractTensor<?, ?> prompt(int[] tokens, int start) {
    try {
      session.tell(start, tokens);
      int end = start + tokens.length;
      int first = reuse(end);
      long begun = System.nanoTime();
      AbstractTensor<?, ?> last = compute(first, end);
      owner.firstReuse().computed(end - first, System.nanoTime() - begun);
      return last;
    } catch (Throwable e) {
      session.forgetFrom(start); // a session used again goes on as if this had not been asked
      throw e;
    }
  }

  /** Computes, or takes over, what a session that was closed meanwhile lost: up to a position. */
  void restore(int end) {
    if (session.computed() >= end) {
      return;
    }
    owner.plugin().guard("lookup", session::reuse);
    AbstractTensor<?, ?> last = compute(session.computed(), end);
    if (last != null) {
      last.close();
    }
  }

  private int reuse(int end) {
    int before = session.computed();
    owner.plugin().guard("lookup", session::reuse);
    int reused = session.computed() - before;
    owner.plugin().prompt(end - before, reused);
    owner.firstReuse().reused(end - before, reused);
    return session.computed();
  }

  private @Nullable AbstractTensor<?, ?> compute(int first, int end) {
    int[] known = session.tokens();
    AbstractTensor<?, ?> last = null;
    for (int from = first; from < end; from += BATCH_TOKENS) {
      int to = Math.min(from + BATCH_TOKENS, end);
      session.beginPass(from, to);
      AbstractTensor<?, ?> result =
          model.batchForward(Arrays.copyOfRange(known, from, to), from, buffer, Optional.empty());
      session.endPass();
      if (last != null) {
        last.close();
      }
      last = result;
      owner.plugin().guard("publication", session::publish);
    }
    return last;
  }
}
