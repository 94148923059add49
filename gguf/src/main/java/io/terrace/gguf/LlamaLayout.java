/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import io.terrace.gguf.Weight.Role;
import io.terrace.gguf.Weight.RowOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the tensors of a Llama model in a GGUF file and checks their shapes. */
final class LlamaLayout {
  /** Frequencies of a rotary scaling that Jlama 0.8.4 does not have. */
  static final String ROPE_FREQUENCIES = "rope_freqs.weight";

  private static final String HEAD = "output.weight";

  private final Map<String, TensorInfo> unused;
  private final List<Weight> weights = new ArrayList<>();

  private LlamaLayout(Map<String, TensorInfo> tensors) {
    this.unused = new LinkedHashMap<>(tensors);
  }

  /** All tensors that the folder needs; a tensor that is missing or has no use is an error. */
  static List<Weight> of(LlamaShape shape, int vocabulary, Map<String, TensorInfo> tensors)
      throws GgufException {
    LlamaLayout layout = new LlamaLayout(tensors);
    layout.add(
        Role.TABLE, "token_embd.weight", "model.embed_tokens.weight", vocabulary, shape.width());
    for (int layer = 0; layer < shape.layers(); layer++) {
      layout.addLayer("blk." + layer + ".", "model.layers." + layer + ".", shape);
    }
    layout.addVector("output_norm.weight", "model.norm.weight", shape.width());
    if (tensors.containsKey(HEAD)) { // else Jlama takes the embedding for it
      layout.add(Role.TABLE, HEAD, "lm_head.weight", vocabulary, shape.width());
    }
    layout.unused.remove(ROPE_FREQUENCIES);
    if (!layout.unused.isEmpty()) {
      throw new GgufException(
          "tensor " + layout.unused.keySet().iterator().next() + " has no place in Jlama's Llama");
    }
    return List.copyOf(layout.weights);
  }

  private void addLayer(String from, String to, LlamaShape shape) throws GgufException {
    int width = shape.width();
    int kvLength = shape.kvLength();
    RowOrder rotated = RowOrder.uninterleaved(shape.headSize());
    String attention = to + "self_attn.";
    addVector(from + "attn_norm.weight", to + "input_layernorm.weight", width);
    addVector(from + "ffn_norm.weight", to + "post_attention_layernorm.weight", width);
    add(from + "attn_q.weight", attention + "q_proj.weight", width, width, rotated);
    add(from + "attn_k.weight", attention + "k_proj.weight", kvLength, width, rotated);
    addMatrix(from + "attn_v.weight", attention + "v_proj.weight", kvLength, width);
    addMatrix(from + "attn_output.weight", attention + "o_proj.weight", width, width);
    addMatrix(from + "ffn_gate.weight", to + "mlp.gate_proj.weight", shape.hidden(), width);
    addMatrix(from + "ffn_up.weight", to + "mlp.up_proj.weight", shape.hidden(), width);
    addMatrix(from + "ffn_down.weight", to + "mlp.down_proj.weight", width, shape.hidden());
  }

  private void addMatrix(String from, String to, int rows, int columns) throws GgufException {
    add(from, to, rows, columns, RowOrder.SAME);
  }

  private void add(String from, String to, int rows, int columns, RowOrder order)
      throws GgufException {
    weights.add(new Weight(to, Role.MATRIX, find(from, false, rows, columns), order));
  }

  private void add(Role role, String from, String to, int rows, int columns) throws GgufException {
    weights.add(new Weight(to, role, find(from, false, rows, columns), RowOrder.SAME));
  }

  private void addVector(String from, String to, int length) throws GgufException {
    weights.add(new Weight(to, Role.VECTOR, find(from, true, 1, length), RowOrder.SAME));
  }

  private TensorInfo find(String name, boolean vector, int rows, int columns) throws GgufException {
    TensorInfo tensor = unused.remove(name);
    if (tensor == null) {
      throw new GgufException("tensor " + name + " is missing");
    }
    if (tensor.vector() != vector || tensor.rows() != rows || tensor.columns() != columns) {
      throw new GgufException(
          ("tensor " + name + " has the shape " + tensor.shape() + ", wanted is ")
              + (vector ? "[" + columns + "]" : "[" + rows + ", " + columns + "]"));
    }
    return tensor;
  }
}
