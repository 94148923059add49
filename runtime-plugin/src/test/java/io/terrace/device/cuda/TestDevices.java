/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

/** Devices of tests. */
final class TestDevices {
  private TestDevices() {}

  /** A stand-in, as new; with {@code -Pgpu} the first real one. */
  static CudaDevice open() throws DeviceAbsentException {
    return Boolean.getBoolean("terrace.test.gpu")
        ? CudaDevice.open(CudaDevice.DEFAULT_LIBRARY, 0)
        : StandInCuda.fresh().open();
  }
}
