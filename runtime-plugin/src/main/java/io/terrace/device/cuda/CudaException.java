/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import java.util.Set;

/** A call of the CUDA driver failed. */
public final class CudaException extends Exception {
  private static final long serialVersionUID = 1;

  /** {@code CUDA_ERROR_NOT_READY}: work is under way. */
  static final int NOT_READY = 600;

  private static final int OUT_OF_MEMORY = 2;

  /**
   * After these the context is of no more use, or none can be had: deinitialized, device
   * unavailable, no device, ECC, hardware stack and below, system not ready, unknown.
   */
  private static final Set<Integer> LOST =
      Set.of(
          3, 4, 46, 100, 101, 201, 214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719,
          802, 803, 999);

  private final String function;
  private final int code;

  CudaException(String function, int code, String name) {
    super(function + ": " + name + " (" + code + ")");
    this.function = function;
    this.code = code;
  }

  /** The driver's function that failed. */
  public String function() {
    return function;
  }

  /** The {@code CUresult}. */
  public int code() {
    return code;
  }

  /** Whether the device has no room: other memory may be given back, and the call made again. */
  public boolean isOutOfMemory() {
    return code == OUT_OF_MEMORY;
  }

  /** Whether the device is of no more use to this process. */
  public boolean isLost() {
    return LOST.contains(code);
  }
}
