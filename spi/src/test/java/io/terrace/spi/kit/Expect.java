/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Assertions whose messages end with what to check. Own ones, so that the kit needs no library but
 * JUnit.
 */
final class Expect {
  private Expect() {}

  static void that(boolean right, String wrong, String check) {
    if (!right) {
      throw new AssertionError(wrong + ". Check " + check + ".");
    }
  }

  static void same(@Nullable Object expected, @Nullable Object actual, String what, String check) {
    that(
        Objects.equals(expected, actual),
        what + ": expected " + expected + ", got " + actual,
        check);
  }

  static void bytes(byte[] expected, byte[] actual, String what, String check) {
    int at = Arrays.mismatch(expected, actual);
    if (at >= 0) {
      String lengths = "expected " + expected.length + " bytes, got " + actual.length;
      boolean shorter = at >= Math.min(expected.length, actual.length);
      String first = shorter ? lengths : "byte " + at + " of " + expected.length + " is another";
      that(false, what + ": " + first, check);
    }
  }
}
