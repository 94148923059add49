/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.sample.Architecture;
import io.terrace.sample.Geometry;
import io.terrace.sample.WeightType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Makes of a model folder the GGUF file that llama.cpp's converter would make of it. */
final class Twin {
  /** About 25 KB with quantised matrices, most of it vocabulary. */
  static final Geometry SMALLEST =
      new Geometry(Architecture.LLAMA, 1, 32, 2, 1, 32, 270, 64, 0, 0, WeightType.F32);

  private Twin() {}

  /** The embedding, the head and the matrices of layers may be of any type. */
  static GgufWriter of(Path folder, TensorType tables, TensorType matrices) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode config = json.readTree(folder.resolve("config.json").toFile());
    JsonNode tokenizer = json.readTree(folder.resolve("tokenizer.json").toFile());
    JsonNode tokenizerConfig = json.readTree(folder.resolve("tokenizer_config.json").toFile());
    int layers = config.get("num_hidden_layers").asInt();
    int heads = config.get("num_attention_heads").asInt();
    int kvHeads = config.get("num_key_value_heads").asInt();
    GgufWriter file =
        new GgufWriter()
            .put("general.architecture", "llama")
            .put("general.name", "Twin")
            .put("general.license", "apache-2.0")
            .put("llama.block_count", layers)
            .put("llama.context_length", config.get("max_position_embeddings").asInt())
            .put("llama.embedding_length", config.get("hidden_size").asInt())
            .put("llama.feed_forward_length", config.get("intermediate_size").asInt())
            .put("llama.attention.head_count", heads)
            .put("llama.attention.head_count_kv", kvHeads)
            .put("llama.rope.freq_base", (float) config.get("rope_theta").asDouble())
            .put(
                "llama.attention.layer_norm_rms_epsilon",
                (float) config.get("rms_norm_eps").asDouble());
    putTokenizer(file, config, tokenizer, tokenizerConfig);

    Safetensors source = Safetensors.read(folder);
    put(file, source, "token_embd.weight", "model.embed_tokens.weight", tables);
    for (int layer = 0; layer < layers; layer++) {
      String from = "model.layers." + layer + ".";
      String to = "blk." + layer + ".";
      put(file, source, to + "attn_norm.weight", from + "input_layernorm.weight", TensorType.F32);
      putRotated(
          file, source, to + "attn_q.weight", from + "self_attn.q_proj.weight", matrices, heads);
      putRotated(
          file, source, to + "attn_k.weight", from + "self_attn.k_proj.weight", matrices, kvHeads);
      put(file, source, to + "attn_v.weight", from + "self_attn.v_proj.weight", matrices);
      put(file, source, to + "attn_output.weight", from + "self_attn.o_proj.weight", matrices);
      put(
          file,
          source,
          to + "ffn_norm.weight",
          from + "post_attention_layernorm.weight",
          TensorType.F32);
      put(file, source, to + "ffn_gate.weight", from + "mlp.gate_proj.weight", matrices);
      put(file, source, to + "ffn_up.weight", from + "mlp.up_proj.weight", matrices);
      put(file, source, to + "ffn_down.weight", from + "mlp.down_proj.weight", matrices);
    }
    put(file, source, "output_norm.weight", "model.norm.weight", TensorType.F32);
    if (source.names().contains("lm_head.weight")) {
      put(file, source, "output.weight", "lm_head.weight", tables);
    }
    return file;
  }

  private static void putTokenizer(
      GgufWriter file, JsonNode config, JsonNode tokenizer, JsonNode tokenizerConfig) {
    JsonNode model = tokenizer.get("model");
    int size = model.get("vocab").size();
    List<String> tokens = new ArrayList<>(Collections.nCopies(size, ""));
    model
        .get("vocab")
        .fields()
        .forEachRemaining(entry -> tokens.set(entry.getValue().asInt(), entry.getKey()));
    List<Integer> types = new ArrayList<>(Collections.nCopies(size, 1));
    tokenizer.get("added_tokens").forEach(token -> types.set(token.get("id").asInt(), 3));
    List<String> merges = new ArrayList<>();
    model.get("merges").forEach(merge -> merges.add(merge.asText()));
    file.put("tokenizer.ggml.model", "gpt2")
        .put("tokenizer.ggml.pre", "smollm")
        .putTexts("tokenizer.ggml.tokens", tokens)
        .putIntegers("tokenizer.ggml.token_type", types)
        .putTexts("tokenizer.ggml.merges", merges)
        .put("tokenizer.ggml.bos_token_id", config.get("bos_token_id").asInt())
        .put("tokenizer.ggml.eos_token_id", config.get("eos_token_id").asInt())
        .put("tokenizer.chat_template", tokenizerConfig.get("chat_template").asText());
  }

  private static void put(
      GgufWriter file, Safetensors source, String to, String from, TensorType type) {
    float[] values = source.values(from);
    put(file, to, type, values, source.columns(from));
  }

  private static void put(
      GgufWriter file, String to, TensorType type, float[] values, int columns) {
    byte[] data = Encoder.encode(type, values);
    if (values.length == columns) {
      file.tensor(to, type, data, columns);
    } else {
      file.tensor(to, type, data, columns, values.length / columns);
    }
  }

  /** convert_hf_to_gguf.py: reshape(heads, 2, half, columns), swap the two in the middle. */
  private static void putRotated(
      GgufWriter file, Safetensors source, String to, String from, TensorType type, int heads) {
    float[] values = source.values(from);
    int columns = source.columns(from);
    int half = values.length / columns / heads / 2;
    float[] swapped = new float[values.length];
    for (int head = 0; head < heads; head++) {
      for (int part = 0; part < 2; part++) {
        for (int i = 0; i < half; i++) {
          int row = (head * 2 + part) * half + i;
          int target = (head * half + i) * 2 + part;
          System.arraycopy(values, row * columns, swapped, target * columns, columns);
        }
      }
    }
    put(file, to, type, swapped, columns);
  }
}
