/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import org.jspecify.annotations.Nullable;

/** Whether this JVM runs vectors well: the reasons against it, the plainest first. */
final class VectorSupport {
  private static final String MODULE = "jdk.incubator.vector";

  private VectorSupport() {}

  /** A sentence with what to do about it; null if nothing speaks against vectors. */
  static @Nullable String reasonAgainst() {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return "vectors are not used on big-endian machines, where pages are little-endian still";
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return "vectors are not used: start the JVM with --add-modules " + MODULE;
    }
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted")) {
      return "vectors are not used by a JVM that only interprets: start it without -Xint";
    }
    if (mode.contains("client")) {
      return "vectors are not used by a JVM without its second compiler:"
          + " start it without -XX:TieredStopAtLevel";
    }
    return Width.reasonAgainst();
  }

  /**
   * A class of its own, so that none of the Vector API is loaded before it is known to be there.
   */
  private static final class Width {
    static @Nullable String reasonAgainst() {
      int bits = VectorShape.preferredShape().vectorBitSize();
      return bits >= Lanes.LEAST_BITS
          ? null
          : "vectors of " + bits + " bits are not used: " + Lanes.LEAST_BITS + " are needed";
    }
  }
}
