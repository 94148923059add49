/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Jlama itself makes of the folders; run with native and with Panama operations. */
final class JlamaLoadTest {

  private static final String FORCE_PANAMA = "jlama.force_panama_tensor_operations";
  private static final int ANSWER_TOKENS = 8;
  private static final String LONG_PROMPT =
      "he cat and the dog went down to the river, and when they had come to the water they saw "
          + "that the boat was gone. What should we do now?";

  @SuppressWarnings("NullAway.Init")
  @TempDir
  private static Path root;

  static Stream<Arguments> computedRight() {
    return Stream.of(
        Arguments.of(Geometry.tiny(), DType.F32),
        Arguments.of(Geometry.tiny().withWeights(WeightType.F32), DType.F32),
        Arguments.of(Geometry.tiny().withWeights(WeightType.BF16), DType.BF16),
        Arguments.of(Geometry.tinyFullHeads(), DType.F32),
        Arguments.of(Geometry.tinyExperts(), DType.F32),
        Arguments.of(Geometry.tinyBiases(), DType.F32),
        Arguments.of(Geometry.tinySoftCaps(), DType.F32),
        Arguments.of(Geometry.tinyWide(), DType.I8),
        Arguments.of(Geometry.demo().withLayers(1), DType.F32));
  }

  static Stream<Geometry> leftUnwritten() {
    return Stream.of(Geometry.tinyUnevenRows(), Geometry.tinyUnevenParts());
  }

  @Test
  void operationsAreTheOnesAskedFor() {
    if (Boolean.getBoolean(FORCE_PANAMA)) {
      assertThat(TensorOperationsProvider.get().name()).startsWith("Panama");
    }
  }

  @ParameterizedTest
  @MethodSource("computedRight")
  void answersDependOnThePromptAlone(Geometry geometry, DType quantisation) throws IOException {
    try (AbstractModel model = load(geometry, quantisation)) {
      String first = answer(model, "T" + LONG_PROMPT);
      assertThat(answer(model, "T" + LONG_PROMPT)).isEqualTo(first);
      assertThat(answer(model, "t" + LONG_PROMPT)).isNotEqualTo(first);
      assertThat(answer(model, "T" + LONG_PROMPT + ".")).isNotEqualTo(first);
      assertThat(first.chars().distinct().count()).isGreaterThan(4);
    }
  }

  @ParameterizedTest
  @MethodSource("leftUnwritten")
  void unevenGeometriesRun(Geometry geometry) throws IOException {
    try (AbstractModel model = load(geometry, DType.F32)) {
      assertThat(answer(model, "T" + LONG_PROMPT)).isNotEmpty();
    }
  }

  @Test
  void workingQuantisationIsTheOneTheGeometryIsMadeFor() throws IOException {
    try (AbstractModel wide = load(Geometry.tinyWide(), DType.I8);
        AbstractModel narrow = load(Geometry.tiny(), DType.I8)) {
      assertThat(wide).extracting("workingQType").isEqualTo(DType.I8);
      assertThat(narrow).extracting("workingQType").isEqualTo(DType.F32);
    }
  }

  private static AbstractModel load(Geometry geometry, DType quantisation) throws IOException {
    Path folder = SampleModels.cached(root, geometry, 1, ProgressListener.NONE);
    Path pages = Files.createTempDirectory(root, "pages");
    return ModelSupport.loadModel(
        folder.toFile(),
        pages.toFile(),
        DType.F32,
        quantisation,
        Optional.empty(),
        Optional.empty());
  }

  /** Greedy; checks that nothing ended it and that no special token came. */
  private static String answer(AbstractModel model, String prompt) {
    int promptTokens = 1 + model.getTokenizer().encode(prompt).length;
    Generator.Response response =
        model.generate(
            UUID.randomUUID(),
            PromptContext.of(prompt),
            0,
            promptTokens + ANSWER_TOKENS,
            (text, millis) -> {});
    assertThat(response.finishReason).isEqualTo(Generator.FinishReason.MAX_TOKENS);
    assertThat(response.generatedTokens).isEqualTo(ANSWER_TOKENS);
    assertThat(response.responseTextWithSpecialTokens).isEqualTo(response.responseText);
    assertThat(response.responseText).matches("[ -~]+");
    return response.responseText;
  }
}
