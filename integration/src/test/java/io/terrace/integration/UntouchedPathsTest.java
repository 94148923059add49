/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.DistributedContext;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator.PoolingType;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What needs a row for every token, or is a part of a computation on several machines, is Jlama's
 * own affair: the same results, and nothing looked up or shared.
 */
@ExtendWith(ReferenceResolver.class)
final class UntouchedPathsTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;
  private static final List<String> COUNTERS =
      List.of(
          "Lookups",
          "PromptTokens",
          "ReusedTokens",
          "PublishedChunks",
          "Chunks",
          "PagesInUse",
          "Failures");
  private static final String TEXT = "The boat went down the river. " + Prompts.text(1, 90);

  private List<Long> before = List.of();

  private static List<Long> figures() {
    return COUNTERS.stream().map(Figures::get).toList();
  }

  @BeforeEach
  void remember() {
    TestModel.load(KIND).close(); // the plugin begins at the first model
    before = figures();
  }

  @AfterEach
  void nothingMoved() {
    assertThat(figures()).as(COUNTERS.toString()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"GROUPED_QUERIES", "FULL_HEADS", "EXPERTS", "UNEVEN_ROWS"})
  void embeddings(Kind kind, Reference reference) {
    String wanted = reference.call(models -> embed(kind));
    assertThat(embed(kind)).isEqualTo(wanted);
  }

  /** Twice, by a model for embeddings and by one for answers: all the same. */
  private static String embed(Kind kind) {
    try (AbstractModel embedder =
            ModelSupport.loadEmbeddingModel(
                TestModel.folder(kind).toFile(), kind.memory(), kind.quantisation());
        TestModel model = TestModel.load(kind)) {
      BitDigest bits = new BitDigest();
      bits.add(embedder.embed(TEXT, PoolingType.AVG));
      bits.add(embedder.embed(TEXT, PoolingType.MAX));
      String first = bits.hex();
      bits.add(model.model().embed(TEXT, PoolingType.AVG));
      bits.add(model.model().embed(TEXT, PoolingType.MAX));
      assertThat(bits.hex()).isEqualTo(first);
      return first;
    }
  }

  @Test
  void classificationOfAModelWithoutClasses() {
    try (TestModel model = TestModel.load(KIND)) {
      assertThatThrownBy(() -> model.model().classify(TEXT, PoolingType.AVG))
          .isExactlyInstanceOf(UnsupportedOperationException.class)
          .hasMessage("Classification not supported by this model");
    }
  }

  @Test
  void passesWithATensorReducer(Reference reference) {
    String wanted = reference.call(models -> reduced(models.get(KIND)));
    try (TestModel model = TestModel.load(KIND)) {
      assertThat(reduced(model)).isEqualTo(wanted);
      assertThat(reduced(model)).isEqualTo(wanted);
    }
  }

  /** All rows of a batch, and those of decode steps behind it. */
  @SuppressWarnings("rawtypes") // as Jlama declares the parameter
  private static String reduced(TestModel model) {
    Optional<Consumer<List<AbstractTensor>>> reducer = Optional.of(tensors -> {});
    BitDigest bits = new BitDigest();
    int[] prompt = Prompts.tokens(40, 70);
    try (KvBuffer buffer = model.buffer(UUID.randomUUID())) {
      add(bits, model.model().batchForward(prompt, 0, buffer, reducer));
      for (int position = 70; position < 75; position++) {
        add(bits, model.model().forward(position, position, buffer, reducer));
      }
    }
    return bits.hex();
  }

  private static void add(BitDigest bits, AbstractTensor<?, ?> hidden) {
    for (int row = 0; row < hidden.shape().first(); row++) {
      bits.add(hidden, row);
    }
    hidden.close();
  }

  /**
   * Of BF16 weights: with those of F32 and Q4, Jlama alone writes beyond the results of a shard.
   */
  @Test
  void shardsOfAModel(Reference reference) {
    for (int shard = 0; shard < 2; shard++) {
      int index = shard;
      String byHeads = reference.call(models -> shard(index, true));
      String byLayers = reference.call(models -> shard(index, false));
      assertThat(shard(index, true)).isEqualTo(byHeads);
      assertThat(shard(index, false)).isEqualTo(byLayers);
    }
  }

  private static String shard(int index, boolean byHeads) {
    try (AbstractModel model =
        ModelSupport.loadModel(
            AbstractModel.InferenceType.FULL_GENERATION,
            TestModel.folder(Kind.GROUPED_QUERIES_BF16_WEIGHTS).toFile(),
            null,
            Kind.GROUPED_QUERIES_BF16_WEIGHTS.memory(),
            Kind.GROUPED_QUERIES_BF16_WEIGHTS.quantisation(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                config -> {
                  DistributedContext.Builder shard = DistributedContext.builder(config);
                  return (byHeads
                          ? shard.setModelShard(index).setNumModelShards(2)
                          : shard.setLayerShard(index).setNumLayerShards(2))
                      .build();
                }),
            SafeTensorSupport::loadWeights)) {
      TestModel part = TestModel.of(model);
      BitDigest bits = new BitDigest();
      int[] prompt = Prompts.tokens(41, 70);
      try (KvBuffer buffer = part.buffer(UUID.randomUUID())) {
        assertThat(buffer.getClass().getSimpleName()).isEqualTo("KvBuffer");
        add(bits, model.batchForward(prompt, 0, buffer));
        add(bits, model.forward(7, 70, buffer, Optional.empty()));
      }
      return bits.hex();
    }
  }
}
