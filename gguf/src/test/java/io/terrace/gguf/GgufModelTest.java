/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import io.terrace.sample.Geometry;
import io.terrace.sample.ModelFolder;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import io.terrace.sample.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a model whose original is known. */
final class GgufModelTest {
  private static final List<String> MATRICES =
      List.of(
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  @TempDir private static Path shared = Path.of("");
  private static Path source = Path.of("");

  @TempDir private Path root = Path.of("");

  @BeforeAll
  static void makeSource() throws IOException {
    source = shared.resolve("source");
    Geometry geometry = Geometry.tiny().withWeights(WeightType.F32);
    SampleModels.write(source, geometry, 3, ProgressListener.NONE);
  }

  @Test
  void singlesComeBackBitForBitAndInTheirPlaces() throws IOException {
    Path folder = convert(Twin.of(source, TensorType.F32, TensorType.F32));
    Safetensors wanted = Safetensors.read(source);
    Safetensors got = Safetensors.read(folder);
    assertThat(got.names()).isEqualTo(wanted.names());
    for (String name : wanted.names()) {
      assertThat(got.dtype(name)).as(name).isEqualTo("F32");
      assertThat(got.shape(name)).as(name).isEqualTo(wanted.shape(name));
      assertThat(got.bytes(name)).as(name).isEqualTo(wanted.bytes(name));
    }
  }

  /** Each row holds what the original's row holds, as near as the two types allow. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void everyTypeIsReadAndEveryRowIsInItsPlace(TensorType type) throws IOException {
    Path folder = convert(Twin.of(source, type, type));
    Safetensors wanted = Safetensors.read(source);
    Safetensors got = Safetensors.read(folder);
    for (int layer = 0; layer < 2; layer++) {
      for (String matrix : MATRICES) {
        String name = "model.layers." + layer + "." + matrix + ".weight";
        assertThat(correlation(wanted.values(name), got.values(name)))
            .as(name)
            .isGreaterThan(type.blockValues() == 1 ? 0.99999 : 0.99);
      }
    }
    for (String name : List.of("model.embed_tokens.weight", "lm_head.weight")) {
      assertThat(got.dtype(name)).as(name).isEqualTo(type == TensorType.F32 ? "F32" : "BF16");
      assertThat(correlation(wanted.values(name), got.values(name))).as(name).isGreaterThan(0.99);
    }
    assertThat(got.bytes("model.norm.weight")).isEqualTo(wanted.bytes("model.norm.weight"));
  }

  @Test
  void q4IsTakenOverWithoutLoss() throws IOException {
    GgufWriter file = Twin.of(source, TensorType.Q8_0, TensorType.Q4_0);
    Safetensors got = Safetensors.read(convert(file));
    Safetensors original = Safetensors.read(source);
    for (String matrix : MATRICES) {
      String name = "model.layers.1." + matrix + ".weight";
      float[] row = new float[original.columns(name)];
      float[] values = got.values(name);
      float[] wanted = original.values(name);
      for (int start = 0; start < values.length; start += row.length) {
        System.arraycopy(wanted, start, row, 0, row.length);
        TensorType.Q4_0.decodeRow(Encoder.encode(TensorType.Q4_0, row), row);
        for (int i = 0; i < row.length; i++) {
          assertThat(values[start + i]).isEqualTo(row[i]);
        }
      }
    }
  }

  @Test
  void theSecondVersionAndOtherAlignmentsAreRead() throws IOException {
    Path third = convert(Twin.of(source, TensorType.F16, TensorType.Q8_0));
    Path second =
        convert(Twin.of(source, TensorType.F16, TensorType.Q8_0).version(2).alignment(4_096));
    for (String name : List.of("model.safetensors", "tokenizer.json", "config.json")) {
      assertThat(second.resolve(name)).hasSameBinaryContentAs(third.resolve(name));
    }
  }

  @Test
  void configurationAndTemplateAreCarriedOver() throws IOException {
    Path folder = convert(Twin.of(source, TensorType.F32, TensorType.F32));
    JsonNode wanted = json(source, "config.json");
    JsonNode got = json(folder, "config.json");
    wanted
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode value = got.get(field.getKey());
              if (field.getValue().isFloatingPointNumber()) {
                assertThat(value.asDouble())
                    .as(field.getKey())
                    .isCloseTo(field.getValue().asDouble(), within(1e-9));
              } else if (!field.getKey().equals("tie_word_embeddings")) {
                assertThat(value).as(field.getKey()).isEqualTo(field.getValue());
              }
            });
    JsonNode tokenizer = json(folder, "tokenizer_config.json");
    assertThat(tokenizer).isEqualTo(json(source, "tokenizer_config.json"));
  }

  @Test
  void whatAFileMayLeaveOutOrAdd() throws IOException {
    GgufWriter file =
        Twin.of(source, TensorType.F32, TensorType.F32)
            .withoutTensor("output.weight")
            .without("tokenizer.chat_template")
            .without("general.name")
            .put("tokenizer.ggml.eot_token_id", 3)
            .put("llama.rope.scaling.type", "linear")
            .put("llama.rope.scaling.factor", 4f)
            .tensor("rope_freqs.weight", TensorType.F32, new byte[64], 16);
    Path path = Files.write(root.resolve("plain.gguf"), file.toBytes());
    try (GgufModel model = GgufModel.open(path)) {
      assertThat(model.name()).isEqualTo("plain.gguf");
      assertThat(model.changes()).hasSize(2);
      assertThat(model.changes().get(1)).contains("rope_freqs.weight is left out");
    }
    Path folder = convert(file);
    assertThat(Safetensors.read(folder).names())
        .as("Jlama takes the embedding for the head")
        .doesNotContain("lm_head.weight")
        .contains("model.embed_tokens.weight");
    JsonNode config = json(folder, "config.json");
    assertThat(config.get("eos_token_id").toString()).isEqualTo("[1,3]");
    assertThat(config.get("rope_scaling").toString())
        .isEqualTo("{\"rope_type\":\"linear\",\"factor\":\"4.0\"}");
    assertThat(json(folder, "tokenizer_config.json").has("chat_template")).isFalse();
  }

  @Test
  void namesFromTheFileDoNotSteerATerminal() throws IOException {
    GgufWriter file =
        Twin.of(source, TensorType.F32, TensorType.F32).put("general.name", "a\u001b[2J\nb");
    assertThat(convert(file).resolve("README.md")).content().startsWith("# a [2J b, for Jlama\n");
  }

  /** Jlama's own tokenizer, with the original's file and with the one from the GGUF file. */
  @Test
  void textIsCutIntoTheSameTokens() throws IOException {
    Tokenizer wanted = new LlamaTokenizer(source);
    Tokenizer got = new LlamaTokenizer(convert(Twin.of(source, TensorType.F32, TensorType.F32)));
    List<String> texts = new ArrayList<>(List.of("<|im_start|>user\nThe 12th of May<|im_end|>\n"));
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      int[] characters = random.ints(1 + random.nextInt(60), 0, 128).toArray();
      texts.add(new String(characters, 0, characters.length));
    }
    for (String text : texts) {
      assertThat(got.encode(text)).as(text).isEqualTo(wanted.encode(text));
    }
    for (long id = 0; id < 512; id++) {
      assertThat(got.decode(id)).isEqualTo(wanted.decode(id));
      assertThat(got.getModel().isSpecialToken(id)).isEqualTo(wanted.getModel().isSpecialToken(id));
    }
  }

  /** In the words that the models' own tokenizers cut. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt-2|It,'s, 12345, km,  , off, .,\\n",
        "smollm|It,'s, ,1,2,3,4,5, km,  , off, .,\\n",
        "llama-bpe|It,'s, ,123,45, km,  , off, .\\n",
        "qwen2|It,'s, ,1,2,3,4,5, km,  , off, .\\n"
      })
  void wordsAreThoseOfTheNamedPreTokenizer(String name, String words) throws IOException {
    GgufWriter file = Twin.of(source, TensorType.F32, TensorType.F32);
    Path folder = convert(file.put("tokenizer.ggml.pre", name));
    assertThat(new LlamaTokenizer(folder).tokenize("It's 12345 km   off .\n"))
        .containsExactly(words.replace("\\n", "\n").split(","));
    assertThat(json(folder, "tokenizer.json").get("model").get("ignore_merges").asBoolean())
        .isEqualTo(name.equals("llama-bpe"));
  }

  private Path convert(GgufWriter file) throws IOException {
    Path path = Files.write(Files.createTempFile(root, "model", ".gguf"), file.toBytes());
    try (GgufModel model = GgufModel.open(path)) {
      return ModelFolder.make(
          Path.of(path + "-folder"), folder -> model.writeTo(folder, ProgressListener.NONE));
    }
  }

  private static JsonNode json(Path folder, String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(name).toFile());
  }

  private static double correlation(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double cross = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      cross += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    return cross / Math.sqrt(squareA * squareB);
  }
}
