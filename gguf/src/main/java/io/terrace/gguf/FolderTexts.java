/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The texts of a model folder, in the names that Hugging Face's files use and Jlama reads. */
final class FolderTexts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FolderTexts() {}

  /** config.json. */
  static String config(LlamaShape shape, Vocabulary vocabulary) {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("model_type", "llama");
    config.put("hidden_act", "silu");
    config.put("hidden_size", shape.width());
    config.put("intermediate_size", shape.hidden());
    config.put("num_hidden_layers", shape.layers());
    config.put("num_attention_heads", shape.heads());
    config.put("num_key_value_heads", shape.kvHeads());
    config.put("max_position_embeddings", shape.contextLength());
    config.put("rms_norm_eps", shape.normEpsilon());
    config.put("rope_theta", shape.ropeBase());
    Double factor = shape.ropeFactor();
    if (factor != null) { // Jlama reads both as texts
      config
          .putObject("rope_scaling")
          .put("rope_type", "linear")
          .put("factor", Double.toString(factor));
    }
    config.put("vocab_size", vocabulary.tokens().size());
    config.put("bos_token_id", vocabulary.begin());
    if (vocabulary.ends().size() == 1) {
      config.put("eos_token_id", vocabulary.ends().get(0));
    } else {
      ArrayNode ends = config.putArray("eos_token_id");
      vocabulary.ends().forEach(ends::add);
    }
    return text(config);
  }

  /** tokenizer_config.json. */
  static String tokenizerConfig(LlamaShape shape, Vocabulary vocabulary) {
    ObjectNode config = JSON.createObjectNode();
    config.put("bos_token", vocabulary.tokens().get(vocabulary.begin()));
    config.put("eos_token", vocabulary.tokens().get(vocabulary.ends().get(0)));
    vocabulary.chatTemplate().ifPresent(template -> config.put("chat_template", template));
    config.put("model_max_length", shape.contextLength());
    return text(config);
  }

  /** tokenizer.json. */
  static String tokenizer(Vocabulary vocabulary) {
    ObjectNode tokenizer = JSON.createObjectNode();
    tokenizer.put("version", "1.0");
    ArrayNode added = tokenizer.putArray("added_tokens");
    vocabulary.added().forEach((id, special) -> addToken(added, vocabulary, id, special));
    tokenizer.putNull("normalizer");
    addPreTokenizer(tokenizer, vocabulary.preTokenizer());
    byteLevel(tokenizer.putObject("decoder"), true);
    ObjectNode model = tokenizer.putObject("model");
    model.put("type", "BPE");
    model.putNull("unk_token");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.put("ignore_merges", vocabulary.preTokenizer().ignoresMerges());
    ObjectNode ids = model.putObject("vocab");
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      ids.put(vocabulary.tokens().get(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    vocabulary.merges().forEach(merges::add);
    return text(tokenizer);
  }

  private static void addToken(ArrayNode added, Vocabulary vocabulary, int id, boolean special) {
    added
        .addObject()
        .put("id", id)
        .put("content", vocabulary.tokens().get(id))
        .put("special", special)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false);
  }

  /** Jlama applies GPT-2's alphabet where a pre-tokenizer names ByteLevel. */
  private static void addPreTokenizer(ObjectNode tokenizer, PreTokenizer preTokenizer) {
    ObjectNode sequence = tokenizer.putObject("pre_tokenizer");
    sequence.put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    for (String split : preTokenizer.splits()) {
      ObjectNode step = steps.addObject();
      step.put("type", "Split");
      step.putObject("pattern").put("Regex", split);
      step.put("behavior", "Isolated");
      step.put("invert", false);
    }
    byteLevel(steps.addObject(), false);
  }

  private static void byteLevel(ObjectNode step, boolean decoder) {
    step.put("type", "ByteLevel");
    step.put("add_prefix_space", decoder);
    step.put("trim_offsets", true);
    step.put("use_regex", decoder);
  }

  private static String text(ObjectNode json) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is JSON", e);
    }
  }
}
