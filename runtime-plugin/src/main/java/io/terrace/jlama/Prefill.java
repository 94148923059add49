/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.tensor.AbstractTensor;
import io.terrace.agent.jlama.Outcome;
import io.terrace.api.RequestCancelled;
import io.terrace.engine.PromptRun;
import io.terrace.engine.PromptRun.Span;
import io.terrace.engine.Session;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
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
      if (reducer.isPresent() || start > session.known()) {
        leaveDevice();
        return Outcome.of(model.batchForward(tokens, start, buffer, reducer));
      }
      return Outcome.of(prompt(tokens, start));
    } catch (Throwable e) {
      return Outcome.failed(e); // thrown by Jlama's own code, and meant for its caller
    } finally {
      owner.passes().end();
      buffer.leave();
    }
  }

  private @Nullable AbstractTensor<?, ?> prompt(int[] tokens, int start) {
    session.tell(start, tokens);
    int before = session.computed();
    try (PromptRun run = session.run(owner.plugin()::isCancelled)) {
      AbstractTensor<?, ?> last = compute(run, session.known(), owner.plugin()::isCancelled);
      told(session.known() - before, run.reused());
      return last;
    } catch (Throwable e) {
      session.forgetFrom(start); // a session used again goes on as if this had not been asked
      throw e;
    }
  }

  private void told(int tokens, int reused) {
    owner.plugin().prompt(tokens, reused);
    owner.firstReuse().reused(tokens, reused);
  }

  /** What is computed next is not told of, so that it could not be computed again: on the host. */
  void leaveDevice() {
    if (session.onDevice() != null) {
      session.leaveDevice();
      restore(session.known());
    }
  }

  /** Computes, or takes over, what a session lost that was closed or left its device meanwhile. */
  void restore(int end) {
    if (session.computed() >= end) {
      return;
    }
    try (PromptRun run = session.runUpTo(end)) {
      AbstractTensor<?, ?> last =
          compute(run, end, () -> false); // an answer is not broken off here
      if (last != null) {
        last.close();
      }
    }
  }

  private @Nullable AbstractTensor<?, ?> compute(
      PromptRun run, int end, BooleanSupplier cancelled) {
    int[] known = session.tokens();
    AbstractTensor<?, ?> last = null;
    boolean breaksOff = owner.plugin().config().breakOffPasses();
    for (Span span = next(run, end); span != null; span = next(run, end)) {
      if (cancelled.getAsBoolean()) {
        throw cancelled(last);
      }
      long begun = System.nanoTime();
      session.beginPass(span.from(), span.to());
      int[] tokens = Arrays.copyOfRange(known, span.from(), span.to());
      PromptPass pass = new PromptPass(model, run, breaksOff);
      AbstractTensor<?, ?> result = pass.compute(tokens, span, buffer);
      if (pass.isOvertaken()) {
        breaksOff = false;
        owner.plugin().passBrokenOff();
        session.breakOffPass();
        result.close();
        continue;
      }
      session.endPass();
      run.computed();
      owner.firstReuse().computed(tokens.length, System.nanoTime() - begun);
      if (last != null) {
        last.close();
      }
      last = result;
      owner.plugin().guard("publication", session::publish);
    }
    return last;
  }

  private RequestCancelled cancelled(@Nullable AbstractTensor<?, ?> last) {
    if (last != null) {
      last.close();
    }
    owner.plugin().cancelled();
    return new RequestCancelled();
  }

  /** Without the engine's advice, what is left is computed batch by batch. */
  private @Nullable Span next(PromptRun run, int end) {
    AtomicReference<@Nullable Span> advised = new AtomicReference<>();
    owner.plugin().guard("lookup", () -> advised.set(run.next(BATCH_TOKENS)));
    Span span = advised.get();
    int from = session.computed();
    return span != null || from >= end ? span : new Span(from, Math.min(from + BATCH_TOKENS, end));
  }
}
