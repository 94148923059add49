/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import org.jspecify.annotations.Nullable;

/**
 * Which kernels this JVM runs, and why not the fast ones if it is the others.
 *
 * @param kernels the kernels
 * @param reason one sentence, with what to do about it; null if there is nothing to say
 */
public record KernelChoice(Kernels kernels, @Nullable String reason) {
  /** The property that turns vectors off with {@code false}. */
  public static final String PROPERTY = "terrace.vector";

  /** The choice of this JVM. */
  public static final KernelChoice INSTANCE = choose(VectorSupport.reasonAgainst());

  private static KernelChoice choose(@Nullable String reasonAgainst) {
    if (reasonAgainst != null) {
      return new KernelChoice(new ScalarKernels(), reasonAgainst);
    }
    return new KernelChoice(Vectors.kernels(), null);
  }

  /**
   * A class of its own, so that none of the Vector API is loaded before it is known to be there.
   */
  private static final class Vectors {
    static Kernels kernels() {
      return new VectorKernels();
    }
  }
}
