/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.util.ArrayList;
import java.util.List;

/** The text of config.json, in the names that Hugging Face's configurations use. */
final class ModelConfig {

  private ModelConfig() {}

  static String json(Geometry geometry) {
    List<String> members = new ArrayList<>();
    members.add(Json.member("model_type", Json.quote(geometry.architecture().modelType())));
    members.add(Json.member("hidden_act", Json.quote(geometry.architecture().activation())));
    members.add(Json.member("hidden_size", geometry.width()));
    members.add(Json.member("intermediate_size", geometry.hidden()));
    members.add(Json.member("num_hidden_layers", geometry.layers()));
    members.add(Json.member("num_attention_heads", geometry.heads()));
    members.add(Json.member("num_key_value_heads", geometry.kvHeads()));
    members.add(Json.member("max_position_embeddings", geometry.contextLength()));
    members.add(Json.member("vocab_size", geometry.vocabulary()));
    members.add(Json.member("bos_token_id", Vocabulary.BEGIN));
    members.add(Json.member("eos_token_id", Vocabulary.END));
    members.add(Json.member("rms_norm_eps", "0.00001"));
    members.add(Json.member("rope_theta", "10000.0"));
    members.add(Json.member("tie_word_embeddings", "" + geometry.architecture().tiedEmbedding()));
    switch (geometry.architecture()) {
      case MIXTRAL -> {
        members.add(Json.member("num_local_experts", geometry.experts()));
        members.add(Json.member("num_experts_per_tok", geometry.expertsPerToken()));
      }
      case GEMMA2 -> {
        members.add(Json.member("head_dim", geometry.headSize()));
        members.add(Json.member("attn_logit_softcapping", "50.0"));
        members.add(Json.member("final_logit_softcapping", "30.0"));
      }
      case LLAMA, QWEN2 -> {}
    }
    return Json.object(members);
  }
}
