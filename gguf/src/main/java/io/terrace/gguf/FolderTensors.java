/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import io.terrace.sample.Tensor;
import io.terrace.sample.WeightType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Stores a model's weights in types that Jlama multiplies with. */
final class FolderTensors {
  /** Jlama maps a file in parts of at most this size, and a tensor must lie within one. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  private static final int Q4_0_BYTES = (int) TensorType.Q4_0.rowBytes(TensorType.BLOCK);

  private FolderTensors() {}

  /**
   * How the matrices of layers are stored: so that no weight changes. Jlama multiplies with F32,
   * BF16 and its own Q4, and brings all matrices of a model to the type that most of them have.
   * Where all are Q4_0 or all BF16 they keep their bits; everything else becomes F32. Q4_1 as Q4
   * would lose its minima, and with them answers: of SmolLM2-135M-Instruct "The capital of France
   * is Paris." became "Paris, France." F32 takes four times the room and computes a prompt as fast,
   * a token of an answer in one and a half times the time.
   */
  static WeightType matrixType(List<Weight> weights) {
    if (allMatricesAre(TensorType.Q4_0, weights)) {
      return WeightType.Q4;
    }
    return allMatricesAre(TensorType.BF16, weights) ? WeightType.BF16 : WeightType.F32;
  }

  private static boolean allMatricesAre(TensorType type, List<Weight> weights) {
    return weights.stream()
        .allMatch(weight -> weight.role() != Weight.Role.MATRIX || weight.source().type() == type);
  }

  /** The types that tables are stored in, for people. */
  static String tableTypes(List<Weight> weights) {
    TreeSet<String> types = new TreeSet<>();
    for (Weight weight : weights) {
      if (weight.role() == Weight.Role.TABLE) {
        types.add(table(weight).name());
      }
    }
    return String.join(", ", types);
  }

  /**
   * The tensors of a safetensors file.
   *
   * @param matrices how the matrices of layers are stored; tables follow {@link #table}
   */
  static List<Tensor> of(List<Weight> weights, WeightType matrices) throws GgufException {
    List<Tensor> tensors = new ArrayList<>();
    for (Weight weight : weights) {
      switch (weight.role()) {
        case VECTOR -> tensors.add(f32(weight));
        case TABLE -> tensors.add(table(weight) == WeightType.F32 ? f32(weight) : bf16(weight));
        case MATRIX -> addMatrix(tensors, weight, matrices);
      }
    }
    for (Tensor tensor : tensors) {
      if (tensor.bytes() > MAX_BYTES) {
        throw new GgufException(
            ("tensor " + tensor.name() + " takes " + tensor.bytes() + " bytes as " + tensor.dtype())
                + (", Jlama reads at most " + MAX_BYTES));
      }
    }
    return tensors;
  }

  /** Jlama's own quantised models have BF16 tables; Q8_0 loses a fourth of its own error by it. */
  private static WeightType table(Weight weight) {
    return weight.source().type() == TensorType.F32 ? WeightType.F32 : WeightType.BF16;
  }

  private static void addMatrix(List<Tensor> tensors, Weight weight, WeightType type) {
    switch (type) {
      case F32 -> tensors.add(f32(weight));
      case BF16 -> tensors.add(bf16(weight));
      case Q4 -> {
        tensors.add(nibbles(weight));
        tensors.add(scales(weight));
      }
    }
  }

  private static Tensor f32(Weight weight) {
    float[] values = new float[weight.columns()];
    return tensor(
        weight,
        WeightType.F32,
        Float.BYTES * values.length,
        (row, target) -> {
          weight.decodeRow(row, values);
          for (float value : values) {
            target.putFloat(value);
          }
        });
  }

  private static Tensor bf16(Weight weight) {
    float[] values = new float[weight.columns()];
    return tensor(
        weight,
        WeightType.BF16,
        Short.BYTES * values.length,
        (row, target) -> {
          weight.decodeRow(row, values);
          for (float value : values) {
            target.putShort(Tensor.bfloat16(value));
          }
        });
  }

  private static Tensor tensor(
      Weight weight, WeightType type, int rowBytes, Tensor.RowSource source) {
    boolean vector = weight.role() == Weight.Role.VECTOR;
    return new Tensor(
        weight.name(), type, weight.rows(), weight.columns(), vector, rowBytes, source);
  }

  /** Q4_0 is Jlama's Q4 with its scale as F16 in front of each block. */
  private static Tensor nibbles(Weight weight) {
    return tensor(
        weight,
        WeightType.Q4,
        weight.columns() / 2,
        (row, target) -> {
          byte[] bytes = weight.row(row);
          for (int block = 0; block < bytes.length; block += Q4_0_BYTES) {
            target.put(bytes, block + Short.BYTES, TensorType.BLOCK / 2);
          }
        });
  }

  private static Tensor scales(Weight weight) {
    int blocks = weight.columns() / TensorType.BLOCK;
    return new Tensor(
        weight.name() + ".qb",
        WeightType.F32,
        weight.rows(),
        blocks,
        false,
        blocks * Float.BYTES,
        (row, target) -> {
          byte[] bytes = weight.row(row);
          for (int block = 0; block < bytes.length; block += Q4_0_BYTES) {
            target.putFloat(TensorType.half(bytes, block));
          }
        });
  }
}
