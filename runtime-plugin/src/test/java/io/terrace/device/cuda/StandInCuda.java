/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import io.terrace.spi.kit.NativeStandIn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The driver of {@code standin_cuda.c}, compiled once, and its controls. */
public final class StandInCuda {
  private static @Nullable StandInCuda only; // guarded by the class

  private final NativeStandIn standIn;

  private StandInCuda(NativeStandIn standIn) {
    this.standIn = standIn;
  }

  /** The driver as new; skips the test where it cannot be compiled. */
  public static synchronized StandInCuda fresh() {
    StandInCuda driver = only != null ? only : new StandInCuda(compile());
    only = driver;
    driver.standIn.tell("standin_reset");
    return driver;
  }

  private static NativeStandIn compile() {
    return NativeStandIn.compile(
        StandInCuda.class,
        "libcuda.so.1",
        List.of("standin_cuda.c", "kernels.cu"),
        "-ffp-contract=off",
        "-lpthread",
        "-lm");
  }

  String library() {
    return standIn.library();
  }

  /** The device. */
  public CudaDevice open() throws DeviceAbsentException {
    return CudaDevice.open(library(), 0);
  }

  /** What fails from now on, and how slow and large the device is; see its source. */
  public void script(String script) {
    standIn.tell("standin_script", script);
  }

  /** Has a stream begin no work until it is let go. */
  public void hold(CudaStream stream) {
    standIn.tell("standin_hold", stream.handle(), 1L);
  }

  /** Has it go on. */
  public void letGo(CudaStream stream) {
    standIn.tell("standin_hold", stream.handle(), 0L);
  }

  /** One of its counts, by the names in its source. */
  public long count(String what) {
    return standIn.count("standin_count", what);
  }
}
