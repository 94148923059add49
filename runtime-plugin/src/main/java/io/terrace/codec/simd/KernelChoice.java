/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import org.jspecify.annotations.Nullable;

/**
 * Which kernels this process uses, and why not the fast ones if it is the others.
 *
 * @param kernels the kernels
 * @param reason one sentence, with what to do about it; null if there is nothing to say
 */
public record KernelChoice(Kernels kernels, @Nullable String reason) {
  /** The property that turns vectors off with {@code false}, where nobody calls {@link #allow}. */
  public static final String PROPERTY = "terrace.kernels.vector";

  private static volatile boolean allowed = !"false".equals(System.getProperty(PROPERTY));

  /** Whether kernels that are asked for from now on may use vectors. */
  public static void allow(boolean vectors) {
    allowed = vectors;
  }

  /** The choice as it is now. */
  public static KernelChoice current() {
    return allowed ? OfJvm.CHOICE : TurnedOff.CHOICE;
  }

  /** Chosen once. */
  private static final class OfJvm {
    static final KernelChoice CHOICE = choose(VectorSupport.reasonAgainst());

    private static KernelChoice choose(@Nullable String reasonAgainst) {
      return reasonAgainst == null
          ? new KernelChoice(Vectors.kernels(), null)
          : new KernelChoice(new ScalarKernels(), reasonAgainst);
    }
  }

  private static final class TurnedOff {
    static final KernelChoice CHOICE =
        new KernelChoice(new ScalarKernels(), "vectors are turned off by kernels.vector");
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
