/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import java.io.IOException;

/** A call of libcufile that failed. */
public final class CuFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int code;

  CuFileException(String call, int code, int cudaCode) {
    super(call + ": " + CuFileError.text(code) + (cudaCode == 0 ? "" : ", CUDA error " + cudaCode));
    this.code = code;
  }

  /** The {@code CUfileOpError}. */
  public int code() {
    return code;
  }
}
