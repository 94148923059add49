/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

/** The model families of Jlama 0.8.4 that differ in what their attention or feed-forward does. */
public enum Architecture {
  /** Plain: RMS norms, rotary positions, gated feed-forward; with or without grouped queries. */
  LLAMA("llama", "silu"),
  /** Llama with a router and experts in place of the feed-forward. */
  MIXTRAL("mixtral", "silu"),
  /** Llama with biases on query, key and value. */
  QWEN2("qwen2", "silu"),
  /** Soft caps on attention scores and logits, norms behind each branch, tied embedding. */
  GEMMA2("gemma2", "gelu_pytorch_tanh");

  private final String modelType;
  private final String activation;

  Architecture(String modelType, String activation) {
    this.modelType = modelType;
    this.activation = activation;
  }

  /** The value of {@code model_type} in config.json. */
  String modelType() {
    return modelType;
  }

  /** The value of {@code hidden_act} in config.json. */
  String activation() {
    return activation;
  }

  /** Whether logits are computed with the embedding, so that there is no output head. */
  boolean tiedEmbedding() {
    return this == GEMMA2;
  }
}
