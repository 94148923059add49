/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import org.jspecify.annotations.Nullable;

/**
 * What a Llama model's metadata says about its shape, in the bounds of what Jlama 0.8.4 computes.
 *
 * @param width length of a token's vector
 * @param ropeFactor by which positions are stretched; null where they are not
 */
record LlamaShape(
    int layers,
    int width,
    int hidden,
    int heads,
    int kvHeads,
    int contextLength,
    double normEpsilon,
    double ropeBase,
    @Nullable Double ropeFactor) {
  private static final int MOST = 1 << 20;

  /** So many tensors' names fit into the header that Jlama reads. */
  private static final int MAX_LAYERS = 256;

  /** Jlama reads weights in blocks of 32, and a head's vector in parts of 16. */
  private static final int WIDTH_STEP = 32;

  private static final int HEAD_STEP = 16;

  static LlamaShape of(Metadata metadata) throws GgufException {
    String architecture = metadata.text("general.architecture");
    if (!architecture.equals("llama")) {
      throw new GgufException(
          "general.architecture is " + architecture + "; only llama can be converted");
    }
    int width = step(metadata, "llama.embedding_length");
    int hidden = step(metadata, "llama.feed_forward_length");
    int heads = metadata.integer("llama.attention.head_count", 1, width / HEAD_STEP);
    if (width % heads != 0 || width / heads % HEAD_STEP != 0) {
      throw new GgufException(
          ("llama.attention.head_count is " + heads + " for vectors of " + width)
              + ("; Jlama needs heads of equal length, a multiple of " + HEAD_STEP));
    }
    int kvHeads = metadata.integer("llama.attention.head_count_kv", 1, heads, heads);
    if (heads % kvHeads != 0) {
      throw new GgufException(
          "llama.attention.head_count_kv is " + kvHeads + ", which does not divide " + heads);
    }
    int headSize = width / heads;
    only(metadata, "llama.attention.key_length", headSize);
    only(metadata, "llama.attention.value_length", headSize);
    only(metadata, "llama.rope.dimension_count", headSize);
    only(metadata, "llama.expert_count", 0);
    return new LlamaShape(
        metadata.integer("llama.block_count", 1, MAX_LAYERS),
        width,
        hidden,
        heads,
        kvHeads,
        metadata.integer("llama.context_length", 1, MOST),
        metadata.positive("llama.attention.layer_norm_rms_epsilon"),
        metadata.positive("llama.rope.freq_base", 10_000),
        ropeFactor(metadata));
  }

  int headSize() {
    return width / heads;
  }

  int kvLength() {
    return kvHeads * headSize();
  }

  private static int step(Metadata metadata, String key) throws GgufException {
    int length = metadata.integer(key, WIDTH_STEP, MOST);
    if (length % WIDTH_STEP != 0) {
      throw new GgufException(key + " is " + length + "; Jlama needs a multiple of " + WIDTH_STEP);
    }
    return length;
  }

  /** For keys whose other values Jlama's Llama cannot compute. */
  private static void only(Metadata metadata, String key, int computed) throws GgufException {
    int value = metadata.integer(key, 0, Integer.MAX_VALUE, computed);
    if (value != computed) {
      throw new GgufException(
          key
              + " is "
              + value
              + "; Jlama computes a Llama of this shape with "
              + computed
              + " only");
    }
  }

  private static @Nullable Double ropeFactor(Metadata metadata) throws GgufException {
    String typeKey = "llama.rope.scaling.type";
    String type = metadata.textIfPresent(typeKey).orElse("none");
    return switch (type) {
      case "none" -> null;
      case "linear" -> metadata.positive("llama.rope.scaling.factor");
      default ->
          throw new GgufException(
              typeKey + " is " + type + "; Jlama knows no scaling (none) and linear scaling");
    };
  }
}
