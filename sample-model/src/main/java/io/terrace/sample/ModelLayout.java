/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The tensors of a model, in the order of the file.
 *
 * <p>Deviations are chosen so that a random model behaves like a model: attention scores deviate by
 * 2 and a half, so that attention picks a few dozen positions rather than averaging all, and what
 * the blocks add outweighs the embedding, so that an answer depends on the whole prompt and not on
 * the last token. Both were set by trial: see the module's tests.
 */
final class ModelLayout {

  private static final double EMBEDDING = 0.5;
  private static final double SCORE = 2.5;
  private static final double LOGIT = 3.0;
  private static final double BIAS = 0.1;

  /**
   * Gain of Gemma's norms behind a branch: less, and a tied head repeats the token it was given.
   */
  private static final float BEHIND_BRANCH = 4;

  /** Rows of a tied embedding that must not win a logit: small, but a direction of their own. */
  private static final double FAINT = 1.0 / 64;

  private final Geometry geometry;
  private final SplitMix random;
  private final BitSet unspeakable;
  private final List<Tensor> tensors = new ArrayList<>();

  private ModelLayout(Geometry geometry, long seed, BitSet unspeakable) {
    this.geometry = geometry;
    this.random = new SplitMix(seed);
    this.unspeakable = unspeakable;
  }

  static List<Tensor> of(Geometry geometry, long seed, BitSet unspeakable) {
    ModelLayout layout = new ModelLayout(geometry, seed, unspeakable);
    layout.addEmbedding();
    for (int layer = 0; layer < geometry.layers(); layer++) {
      layout.addLayer("model.layers." + layer + ".");
    }
    layout.addNorm("model.norm.weight");
    return List.copyOf(layout.tensors);
  }

  private void addEmbedding() {
    WeightType type = geometry.weights().embeddingType();
    int rows = geometry.vocabulary();
    int width = geometry.width();
    if (geometry.architecture().tiedEmbedding()) {
      double tied = 1 / Math.sqrt(width);
      Tensor.Deviation deviation = row -> unspeakable.get(row) ? tied * FAINT : tied;
      tensors.add(Tensor.matrix("model.embed_tokens.weight", type, rows, width, deviation, random));
    } else {
      tensors.add(
          Tensor.matrix("model.embed_tokens.weight", type, rows, width, row -> EMBEDDING, random));
      double head = LOGIT / Math.sqrt(width);
      Tensor.Deviation deviation = row -> unspeakable.get(row) ? 0 : head;
      tensors.add(Tensor.matrix("lm_head.weight", type, rows, width, deviation, random));
    }
  }

  private void addLayer(String base) {
    boolean normsBehind = geometry.architecture() == Architecture.GEMMA2;
    addNorm(base + "input_layernorm.weight");
    addAttention(base + "self_attn.");
    addNorm(base + "post_attention_layernorm.weight", normsBehind ? BEHIND_BRANCH : 1);
    if (normsBehind) {
      addNorm(base + "pre_feedforward_layernorm.weight");
      addNorm(base + "post_feedforward_layernorm.weight", BEHIND_BRANCH);
    }
    if (geometry.architecture() == Architecture.MIXTRAL) {
      addMatrix(base + "block_sparse_moe.gate.weight", geometry.experts(), geometry.width(), 1);
      for (int expert = 0; expert < geometry.experts(); expert++) {
        String prefix = base + "block_sparse_moe.experts." + expert + ".";
        addFeedForward(prefix + "w1.weight", prefix + "w2.weight", prefix + "w3.weight");
      }
    } else {
      String prefix = base + "mlp.";
      addFeedForward(
          prefix + "gate_proj.weight", prefix + "down_proj.weight", prefix + "up_proj.weight");
    }
  }

  private void addAttention(String base) {
    int width = geometry.width();
    double queryAndKey = Math.sqrt(SCORE);
    addMatrix(base + "q_proj.weight", width, width, queryAndKey);
    addMatrix(base + "k_proj.weight", geometry.kvLength(), width, queryAndKey);
    addMatrix(base + "v_proj.weight", geometry.kvLength(), width, 1);
    addMatrix(base + "o_proj.weight", width, width, 2 * branch());
    if (geometry.architecture() == Architecture.QWEN2) {
      tensors.add(Tensor.vector(base + "q_proj.bias", width, BIAS, random));
      tensors.add(Tensor.vector(base + "k_proj.bias", geometry.kvLength(), BIAS, random));
      tensors.add(Tensor.vector(base + "v_proj.bias", geometry.kvLength(), BIAS, random));
    }
  }

  private void addFeedForward(String gate, String down, String up) {
    addMatrix(gate, geometry.hidden(), geometry.width(), 1);
    addMatrix(up, geometry.hidden(), geometry.width(), 1);
    addMatrix(down, geometry.width(), geometry.hidden(), 2 * branch());
  }

  /** What one branch adds to a vector of deviation 1, so that all of them together add about 2. */
  private double branch() {
    return Math.sqrt(2.0 / geometry.layers());
  }

  /** A matrix whose product with a vector of deviation 1 deviates by {@code gain}. */
  private void addMatrix(String name, int rows, int columns, double gain) {
    double deviation = gain / Math.sqrt(columns);
    if (geometry.weights() == WeightType.Q4) {
      tensors.add(Tensor.q4Nibbles(name, rows, columns, random));
      tensors.add(Tensor.q4Scales(name, rows, columns, deviation, random));
    } else {
      tensors.add(Tensor.matrix(name, geometry.weights(), rows, columns, row -> deviation, random));
    }
  }

  private void addNorm(String name) {
    addNorm(name, 1);
  }

  /** Jlama adds 1 to Gemma's norms itself. */
  private void addNorm(String name, float gain) {
    float stored = geometry.architecture() == Architecture.GEMMA2 ? gain - 1 : gain;
    tensors.add(Tensor.constant(name, geometry.width(), stored));
  }
}
