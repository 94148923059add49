/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import java.util.Locale;

/** Numbers of bytes for people, in units of 2^20. */
final class Mebibytes {
  private static final double UNIT = 1 << 20;

  private Mebibytes() {}

  /** With one digit behind the point: {@code 1,024.5}. */
  static String text(long bytes) {
    return String.format(Locale.ROOT, "%,.1f", bytes / UNIT);
  }

  /** Without. */
  static String whole(long bytes) {
    return String.format(Locale.ROOT, "%,.0f", bytes / UNIT);
  }
}
