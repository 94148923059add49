/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import io.terrace.api.Terrace;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A model loaded by Jlama, asked as Jlama's own {@code generate} does, which tells texts of tokens
 * and not their ids. Safe for use by several threads.
 */
final class SoakModel implements AutoCloseable {
  /** FNV-1a's, over the bits of all logits. */
  private static final long DIGEST_START = 0xcbf29ce484222325L;

  private static final long DIGEST_PRIME = 0x100000001b3L;

  private final AbstractModel model;
  private final KvBufferCache cache;

  private SoakModel(AbstractModel model) {
    this.model = model;
    cache = cache(model);
  }

  static SoakModel load(Path folder) {
    return new SoakModel(ModelSupport.loadModel(folder.toFile(), DType.F32, DType.F32));
  }

  private static KvBufferCache cache(AbstractModel model) {
    try {
      Field field = AbstractModel.class.getDeclaredField("kvBufferCache");
      field.setAccessible(true);
      return (KvBufferCache) field.get(model);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Jlama has no AbstractModel.kvBufferCache", e);
    }
  }

  /** Jlama's name of its tensor operations. */
  static String operations() {
    return TensorOperationsProvider.get().name();
  }

  /** Where Jlama keeps files of sessions' pages. */
  Optional<Path> workingFolder() {
    return model.getConfig().workingDirectory().map(java.io.File::toPath);
  }

  /** Tells the plugin that a prompt will come. */
  void prefetch(SoakTask task) {
    Terrace.prefetch(model, task.prompt());
  }

  /** The likeliest answer, in a session of its own. */
  SoakAnswer answer(SoakTask task) {
    try (KvBuffer buffer = cache.getKvBuffer(UUID.randomUUID())) {
      return answer(task, buffer);
    }
  }

  /** Computes an answer in Jlama's own memory: the plugin keeps out of it. */
  void compute(SoakTask task) {
    try (KvBuffer buffer = cache.getEphemeralKvBuffer()) {
      answer(task, buffer);
    }
  }

  private SoakAnswer answer(SoakTask task, KvBuffer buffer) {
    List<Integer> tokens = new ArrayList<>();
    long bits = DIGEST_START;
    try (AbstractTensor<?, ?> logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
      int position = 0;
      for (int[] turn : List.of(task.prompt(), task.secondTurn())) {
        if (turn.length == 0) {
          continue;
        }
        AbstractTensor<?, ?> hidden = model.batchForward(turn, position, buffer);
        position += turn.length;
        for (int step = 1; step <= SoakTask.ANSWER_TOKENS; step++) {
          int next = model.sample(hidden.slice(hidden.shape().first() - 1), 0, 0, logits);
          hidden.close();
          tokens.add(next);
          bits = digested(bits, logits);
          if (step < SoakTask.ANSWER_TOKENS) {
            hidden = model.forward(next, position, buffer, Optional.empty());
            position++;
          }
        }
      }
    }
    return new SoakAnswer(tokens, bits);
  }

  private static long digested(long before, AbstractTensor<?, ?> logits) {
    long digest = before;
    for (int i = 0; i < logits.shape().last(); i++) {
      digest = (digest ^ Float.floatToRawIntBits(logits.get(0, i))) * DIGEST_PRIME;
    }
    return digest;
  }

  @Override
  public void close() {
    model.close();
  }
}
