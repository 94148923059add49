/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;

/** Which operations Jlama computes with: one choice for the process. */
final class Operations {
  private static final String NATIVE_SIMD =
      "com.github.tjake.jlama.tensor.operations.NativeSimdTensorOperations";

  private Operations() {}

  /** Whether they are those of jlama-native, on the CPU. */
  static boolean areNative() {
    return name().equals(NATIVE_SIMD);
  }

  /** Class name of the operations. */
  static String name() {
    return TensorOperationsProvider.get().getClass().getName();
  }
}
