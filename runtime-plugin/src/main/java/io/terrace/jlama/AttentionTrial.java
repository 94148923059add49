/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.CausalSelfAttention;
import com.github.tjake.jlama.model.TransformerBlock;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import io.terrace.engine.Session;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A trial of a model's first block of attention, on the host and on a device in turns: one token of
 * an answer, and some of a prompt, behind so many others. Takes about a second.
 */
final class AttentionTrial {
  private static final int CONTEXT_TOKENS = 1_024;
  private static final int PROMPT_TOKENS = 64;
  private static final int MOST_ROUNDS = 24;
  private static final int COUNTED_ROUNDS = 5; // the last ones
  private static final long MOST_NANOS = 500_000_000; // for each of the two

  private final CausalSelfAttention block;
  private final AbstractModel model;
  private final KvBufferCache cache;
  private final int context;

  /**
   * What was measured, of one layer.
   *
   * @param context tokens that came before
   * @param token of an answer
   * @param prompt {@value #PROMPT_TOKENS} tokens of a prompt
   */
  record Result(int context, Times token, Times prompt) {
    /** Whether the device is faster at answers and at prompts. */
    boolean favoursDevice() {
      return token.device < token.host && prompt.device < prompt.host;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "a layer behind %d tokens takes %s for one token more, and %s for %d",
          context,
          token,
          prompt,
          PROMPT_TOKENS);
    }
  }

  /** Nanoseconds, medians. */
  record Times(long host, long device) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%.3f ms there and %.3f on the host", device / 1e6, host / 1e6);
    }
  }

  /**
   * @throws ReflectiveOperationException if this Jlama has other fields
   */
  AttentionTrial(AbstractModel model, KvBufferCache cache) throws ReflectiveOperationException {
    this.model = model;
    this.cache = cache;
    TransformerBlock[] blocks =
        (TransformerBlock[])
            MethodHandles.privateLookupIn(AbstractModel.class, MethodHandles.lookup())
                .findVarHandle(AbstractModel.class, "transformerBlocks", TransformerBlock[].class)
                .get(model);
    block =
        (CausalSelfAttention)
            MethodHandles.privateLookupIn(TransformerBlock.class, MethodHandles.lookup())
                .findVarHandle(TransformerBlock.class, "attention", CausalSelfAttention.class)
                .get(blocks[0]);
    context = Math.min(CONTEXT_TOKENS, model.getConfig().contextLength / 2);
  }

  /**
   * Runs it.
   *
   * @param onHost sessions that share nothing
   * @param onDevice as well
   */
  Result run(ModelSessions onHost, ModelSessions onDevice) {
    try (SessionKvBuffer host = onHost.buffer(cache, UUID.randomUUID());
        SessionKvBuffer device = onDevice.buffer(cache, UUID.randomUUID())) {
      int prompt = Math.min(PROMPT_TOKENS, context);
      return new Result(context, times(host, device, 1), times(host, device, prompt));
    }
  }

  private Times times(SessionKvBuffer host, SessionKvBuffer device, int tokens) {
    long[] onHost = new long[MOST_ROUNDS];
    long[] onDevice = new long[MOST_ROUNDS];
    long begun = System.nanoTime();
    int rounds = 0;
    while (rounds < MOST_ROUNDS
        && (rounds < COUNTED_ROUNDS || System.nanoTime() - begun < MOST_NANOS)) {
      onHost[rounds] = time(host, tokens);
      onDevice[rounds] = time(device, tokens);
      rounds++;
    }
    return new Times(median(onHost, rounds), median(onDevice, rounds));
  }

  private static long median(long[] times, int rounds) {
    long[] counted = Arrays.copyOfRange(times, rounds - COUNTED_ROUNDS, rounds);
    Arrays.sort(counted);
    return counted[COUNTED_ROUNDS / 2];
  }

  /** What lies in the pages plays no part in how long it takes. */
  private long time(SessionKvBuffer buffer, int tokens) {
    Session session = buffer.session();
    session.beginPass(context, context + tokens);
    try (AbstractTensor<?, ?> input =
        model.makeDenseTensor(tokens, model.getConfig().embeddingLength)) {
      long begun = System.nanoTime();
      block.forward(input, context, buffer, Optional.empty()).close();
      return System.nanoTime() - begun;
    } finally {
      session.breakOffPass();
    }
  }
}
