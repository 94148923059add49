/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** A model loaded by Jlama, with what the tests do with it through Jlama's own methods. */
final class TestModel implements AutoCloseable {
  private static final Path FOLDERS = Path.of("target", "sample-models");

  private final AbstractModel model;
  private final KvBufferCache cache;

  private TestModel(AbstractModel model) {
    this.model = model;
    cache = (KvBufferCache) field(AbstractModel.class, "kvBufferCache", model);
  }

  /** A model that shares no KV with any other: of a folder of its own. */
  static TestModel load(Kind kind) {
    return load(kind, folderOfItsOwn(kind));
  }

  /** A model that shares its KV with others of the same folder, once its files are digested. */
  static TestModel load(Kind kind, Path folder) {
    return new TestModel(
        ModelSupport.loadModel(folder.toFile(), kind.memory(), kind.quantisation()));
  }

  static TestModel of(AbstractModel model) {
    return new TestModel(model);
  }

  /** Where the model's files are; made at the first call. */
  static Path folder(Kind kind) {
    try {
      return SampleModels.cached(FOLDERS, kind.geometry(), 7, ProgressListener.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same model, with a configuration that differs in what Jlama does not read. */
  private static Path folderOfItsOwn(Kind kind) {
    Path shared = folder(kind);
    try (Stream<Path> files = Files.list(shared)) {
      Path own = Files.createTempDirectory(FOLDERS, kind + "-");
      for (Path file : files.toList()) {
        Path copy = own.resolve(file.getFileName());
        if (copy.endsWith("config.json")) {
          String config = Files.readString(file).strip();
          Files.writeString(
              copy, config.substring(0, config.length() - 1) + ", \"own\": \"" + own + "\"}");
        } else {
          Files.createLink(copy, file);
        }
      }
      return own;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Object field(Class<?> type, String name, Object object) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(object);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this Jlama has no " + type.getSimpleName() + "." + name, e);
    }
  }

  AbstractModel model() {
    return model;
  }

  /** What Jlama made of the working quantisation that it was asked for. */
  DType quantisation() {
    return (DType) field(AbstractModel.class, "workingQType", model);
  }

  KvBufferCache cache() {
    return cache;
  }

  /** The buffer of a session, as Jlama's own callers get it. */
  KvBuffer buffer(UUID session) {
    return cache.getKvBuffer(session);
  }

  /** The tokens of a prompt, with the one at the beginning of a text. */
  int[] tokens(String prompt) {
    return model.encodePrompt(PromptContext.of(prompt));
  }

  /** Computes a prompt in a session of its own. */
  Pass pass(int[] tokens) {
    try (KvBuffer buffer = buffer(UUID.randomUUID())) {
      return pass(tokens, 0, buffer);
    }
  }

  /** Looks at KV, which is in memory of the host then. */
  void bringToHost(KvBuffer buffer) {
    buffer.getKeyTensorsUptoPosition(0, 0);
  }

  /** The logits behind a prompt, in a session of its own. */
  float[] logits(int[] tokens) {
    try (KvBuffer buffer = buffer(UUID.randomUUID());
        AbstractTensor<?, ?> hidden = model.batchForward(tokens, 0, buffer);
        AbstractTensor<?, ?> logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
      model.sample(hidden.slice(hidden.shape().first() - 1), 0, 0, logits);
      float[] all = new float[logits.shape().last()];
      for (int i = 0; i < all.length; i++) {
        all[i] = logits.get(0, i);
      }
      return all;
    }
  }

  /** Computes tokens from a position on, in a session that stays open. */
  Pass pass(int[] tokens, int start, KvBuffer buffer) {
    AbstractTensor<?, ?> hidden = model.batchForward(tokens, start, buffer);
    try (AbstractTensor<?, ?> logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
      int next = model.sample(hidden.slice(hidden.shape().first() - 1), 0, 0, logits);
      BitDigest bits = new BitDigest();
      bits.add(logits, 0);
      return new Pass(next, bits.hex(), kv(buffer, start + tokens.length));
    } finally {
      hidden.close();
    }
  }

  private String kv(KvBuffer buffer, int positions) {
    BitDigest bits = new BitDigest();
    for (int layer = 0; layer < model.getConfig().numberOfLayers; layer++) {
      addRows(bits, buffer.getKeyTensorsUptoPosition(layer, positions - 1), positions);
      addRows(bits, buffer.getValTensorsUptoPosition(layer, positions - 1), positions);
    }
    return bits.hex();
  }

  private static void addRows(BitDigest bits, AbstractTensor<?, ?>[] pages, int positions) {
    int rows = pages[0].shape().first();
    for (int position = 0; position < positions; position++) {
      bits.add(pages[position / rows], position % rows);
    }
  }

  /**
   * The likeliest answer, token by token in a session of its own, as {@code generate} computes it.
   *
   * @param steps decode steps: the answer has one token more, and the last one is not computed
   */
  List<Integer> greedy(int[] prompt, int steps) {
    try (KvBuffer buffer = buffer(UUID.randomUUID())) {
      return greedy(prompt, steps, buffer);
    }
  }

  /** As {@link #greedy(int[], int)}, in a session that stays open. */
  List<Integer> greedy(int[] prompt, int steps, KvBuffer buffer) {
    List<Integer> answer = new ArrayList<>();
    try (AbstractTensor<?, ?> logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
      AbstractTensor<?, ?> hidden = model.batchForward(prompt, 0, buffer);
      for (int step = 0; step <= steps; step++) {
        int next = model.sample(hidden.slice(hidden.shape().first() - 1), 0, 0, logits);
        answer.add(next);
        hidden.close();
        if (step < steps) {
          hidden = model.forward(next, prompt.length + step, buffer, Optional.empty());
        }
      }
    }
    return answer;
  }

  /** The texts of tokens, one by one. */
  List<String> texts(List<Integer> tokens) {
    return tokens.stream().map(token -> model.getTokenizer().decode(token)).toList();
  }

  /** The texts of an answer in a session of its own, one by one. */
  List<String> generate(String prompt, int steps) {
    return generate(UUID.randomUUID(), prompt, tokens(prompt).length + steps);
  }

  /**
   * The texts of an answer, one by one.
   *
   * @param totalTokens where the session ends: what it had before, prompt and answer
   */
  List<String> generate(UUID session, String prompt, int totalTokens) {
    List<String> texts = new ArrayList<>();
    generate(session, prompt, totalTokens, (text, time) -> texts.add(text));
    return texts;
  }

  void generate(UUID session, String prompt, int totalTokens, BiConsumer<String, Float> onToken) {
    model.generate(session, PromptContext.of(prompt), 0, totalTokens, onToken);
  }

  @Override
  public void close() {
    model.close();
  }
}
