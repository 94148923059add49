/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

/**
 * Shape and storage of a sample model. Immutable; construction checks what Jlama needs.
 *
 * <p>Two of its properties decide whether Jlama 0.8.4's native operations compute every value:
 * matrices whose row count above 128 is no multiple of 128 lose rows, and parts (rows / 128) of
 * more than 5 rows that are no multiple of 5 lose corners in batches of more than 5 tokens. {@link
 * #demo()} and {@link #tiny()} avoid both; {@link #tinyUnevenRows()} and {@link #tinyUnevenParts()}
 * exist to meet them.
 *
 * @param architecture the model family
 * @param layers transformer blocks, at least 1
 * @param width length of a token's vector, a multiple of 32 and of {@code heads}
 * @param heads query heads; width / heads must be a multiple of 16, since Jlama reads whole vectors
 * @param kvHeads key and value heads, a divisor of {@code heads}; fewer means grouped queries
 * @param hidden rows of the feed-forward's inner matrices, a multiple of 32
 * @param vocabulary number of token ids, {@value #SMALLEST_VOCABULARY} to 16,384
 * @param contextLength positions of the rotary table, at least 16; see {@link #usablePositions()}
 * @param experts experts a layer for MIXTRAL, else 0
 * @param expertsPerToken experts that see a token for MIXTRAL, else 0
 * @param weights storage of the matrices
 */
public record Geometry(
    Architecture architecture,
    int layers,
    int width,
    int heads,
    int kvHeads,
    int hidden,
    int vocabulary,
    int contextLength,
    int experts,
    int expertsPerToken,
    WeightType weights) {

  /** The special tokens and one token for each byte. */
  static final int SMALLEST_VOCABULARY = Vocabulary.SPECIAL_TOKENS.size() + 256;

  private static final int LARGEST_VOCABULARY = 16_384;

  /** Checks every component; throws IllegalArgumentException with name, value and bounds. */
  public Geometry {
    check(layers >= 1 && layers <= 512, "layers", layers, "1 to 512");
    check(width >= 32 && width % 32 == 0, "width", width, "a multiple of 32");
    check(heads >= 1 && width % heads == 0, "heads", heads, "a divisor of width " + width);
    int headSize = width / heads;
    check(headSize % 16 == 0, "width / heads", headSize, "a multiple of 16");
    check(kvHeads >= 1 && heads % kvHeads == 0, "kvHeads", kvHeads, "a divisor of heads " + heads);
    check(hidden >= 32 && hidden % 32 == 0, "hidden", hidden, "a multiple of 32");
    check(
        vocabulary >= SMALLEST_VOCABULARY && vocabulary <= LARGEST_VOCABULARY,
        "vocabulary",
        vocabulary,
        SMALLEST_VOCABULARY + " to " + LARGEST_VOCABULARY);
    check(
        contextLength >= 16 && contextLength > 2 * heads, "contextLength", contextLength, ">= 16");
    if (architecture == Architecture.MIXTRAL) {
      check(experts >= 2 && experts <= 64, "experts", experts, "2 to 64");
      check(
          expertsPerToken >= 1 && expertsPerToken <= experts,
          "expertsPerToken",
          expertsPerToken,
          "1 to " + experts);
    } else {
      check(experts == 0, "experts", experts, "0 for " + architecture);
      check(expertsPerToken == 0, "expertsPerToken", expertsPerToken, "0 for " + architecture);
    }
  }

  private static void check(boolean holds, String name, int value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Geometry." + name + "=" + value + ", allowed is " + allowed);
    }
  }

  /**
   * Near SmolLM2-135M, every row count a multiple of 128: 30 layers, width 640, 10 heads, 2 KV
   * heads, Q4 weights, about 96 MB. Its KV takes 30,720 bytes a token in F32.
   */
  public static Geometry demo() {
    return new Geometry(
        Architecture.LLAMA, 30, 640, 10, 2, 1_920, 3_072, 8_192, 0, 0, WeightType.Q4);
  }

  /** Grouped queries, computed right by plain Jlama with any operations. */
  public static Geometry tiny() {
    return tiny(Architecture.LLAMA, 4, 2);
  }

  /** As many KV heads as query heads. */
  public static Geometry tinyFullHeads() {
    return tiny(Architecture.LLAMA, 4, 4);
  }

  /** Attention biases. */
  public static Geometry tinyBiases() {
    return tiny(Architecture.QWEN2, 4, 2);
  }

  /** Soft caps. */
  public static Geometry tinySoftCaps() {
    return tiny(Architecture.GEMMA2, 4, 2);
  }

  /** Four experts, two a token. */
  public static Geometry tinyExperts() {
    return new Geometry(Architecture.MIXTRAL, 2, 128, 4, 2, 256, 512, 2_048, 4, 2, WeightType.Q4);
  }

  /** Wide enough for I8 working quantisation on vectors of up to 512 bits. */
  public static Geometry tinyWide() {
    return new Geometry(Architecture.LLAMA, 2, 512, 8, 2, 1_024, 512, 2_048, 0, 0, WeightType.Q4);
  }

  /**
   * Rows no multiple of 128 (192 and 320): plain Jlama's native operations leave rows unwritten.
   */
  public static Geometry tinyUnevenRows() {
    return new Geometry(Architecture.LLAMA, 3, 192, 6, 2, 320, 512, 2_048, 0, 0, WeightType.Q4);
  }

  /** Parts of 6 rows (768 / 128): native operations leave corners unwritten in batches above 5. */
  public static Geometry tinyUnevenParts() {
    return new Geometry(Architecture.LLAMA, 2, 128, 4, 2, 768, 512, 2_048, 0, 0, WeightType.Q4);
  }

  private static Geometry tiny(Architecture architecture, int heads, int kvHeads) {
    return new Geometry(architecture, 2, 128, heads, kvHeads, 256, 512, 2_048, 0, 0, WeightType.Q4);
  }

  /** The same shape with another number of layers. */
  public Geometry withLayers(int otherLayers) {
    return new Geometry(
        architecture,
        otherLayers,
        width,
        heads,
        kvHeads,
        hidden,
        vocabulary,
        contextLength,
        experts,
        expertsPerToken,
        weights);
  }

  /** The same shape stored in another type. */
  public Geometry withWeights(WeightType otherWeights) {
    return new Geometry(
        architecture,
        layers,
        width,
        heads,
        kvHeads,
        hidden,
        vocabulary,
        contextLength,
        experts,
        expertsPerToken,
        otherWeights);
  }

  /** Length of one head's vector. */
  public int headSize() {
    return width / heads;
  }

  /** Length of the key (or value) vector of one position in one layer. */
  public int kvLength() {
    return kvHeads * headSize();
  }

  /**
   * Positions that Jlama 0.8.4 computes. Its rotary table has {@code contextLength} rows, but it
   * rotates head {@code h} as position + 2h, so that the last few rows are out of reach.
   */
  public int usablePositions() {
    return contextLength - 2 * (kvHeads - 1);
  }

  /** Name for a folder: everything that decides the content, but the seed and the format. */
  String label() {
    String expertLabel = experts == 0 ? "" : "-e" + experts + "x" + expertsPerToken;
    return architecture.modelType()
        + ("-l" + layers + "-w" + width + "-h" + heads + "-k" + kvHeads + "-f" + hidden)
        + ("-v" + vocabulary + "-c" + contextLength + expertLabel + "-" + weights.label());
  }
}
