/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import io.terrace.sample.Geometry;
import io.terrace.sample.ModelFolder;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import io.terrace.sample.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Jlama makes of the folders. */
final class JlamaLoadTest {
  private static final int ANSWER_TOKENS = 12;
  private static final String PROMPT = "The cat and the dog went down to the river. What now?";

  @TempDir private static Path shared = Path.of("");
  private static Path source = Path.of("");

  @BeforeAll
  static void makeSource() throws IOException {
    source = shared.resolve("source");
    Geometry geometry = Geometry.tiny().withWeights(WeightType.F32);
    SampleModels.write(source, geometry, 3, ProgressListener.NONE);
  }

  @Test
  void theSameWeightsGiveTheSameAnswer() throws IOException {
    assertThat(answer(folder(TensorType.F32, TensorType.F32))).isEqualTo(answer(source));
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void everyTypeAnswers(TensorType type) throws IOException {
    Path folder = folder(type == TensorType.F32 ? TensorType.Q8_0 : type, type);
    String first = answer(folder);
    assertThat(first).matches("[ -~]+");
    assertThat(answer(folder)).isEqualTo(first);
  }

  private static Path folder(TensorType tables, TensorType matrices) throws IOException {
    Path file = Files.createTempFile(shared, "model", ".gguf");
    Files.write(file, Twin.of(source, tables, matrices).toBytes());
    try (GgufModel model = GgufModel.open(file)) {
      return ModelFolder.make(
          Path.of(file + "-folder"), folder -> model.writeTo(folder, ProgressListener.NONE));
    }
  }

  /** Greedy, with the working types that hosts of Jlama ask for. */
  private static String answer(Path folder) throws IOException {
    Path pages = Files.createTempDirectory(shared, "pages");
    try (AbstractModel model =
        ModelSupport.loadModel(
            folder.toFile(),
            pages.toFile(),
            DType.F32,
            DType.I8,
            Optional.empty(),
            Optional.empty())) {
      int promptTokens = 1 + model.getTokenizer().encode(PROMPT).length;
      Generator.Response response =
          model.generate(
              UUID.randomUUID(),
              PromptContext.of(PROMPT),
              0,
              promptTokens + ANSWER_TOKENS,
              (text, millis) -> {});
      assertThat(response.generatedTokens).isEqualTo(ANSWER_TOKENS);
      return response.responseText;
    }
  }
}
