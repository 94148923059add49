/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.FileSystemKind;

/**
 * Whether files of the volume are mapped into memory, and why. A mapped file that somebody cuts
 * ends the process when native code reads it, and one whose server hangs holds a computation up: so
 * it must be asked for, but where neither can be.
 *
 * @param on whether they are
 * @param reason why, or why not
 */
record Mapping(boolean on, String reason) {
  static Mapping of(MapMode mode, FileSystemKind kind) {
    boolean on =
        switch (kind.mapping()) {
          case BY_DEFAULT -> mode != MapMode.OFF;
          case ALLOWED -> mode == MapMode.ON;
          case REFUSED -> false;
        };
    return new Mapping(on, reason(mode, kind));
  }

  private static String reason(MapMode mode, FileSystemKind kind) {
    if (mode == MapMode.OFF) {
      return "'map' is off";
    }
    return switch (kind.mapping()) {
      case BY_DEFAULT -> "safe on " + kind.name();
      case ALLOWED ->
          mode == MapMode.ON
              ? "'map' is on; whoever cuts a file here ends this process"
              : "on " + kind.name() + " only if 'map' is 'on'";
      case REFUSED -> "not safe on " + kind.name() + ", whatever 'map' is";
    };
  }
}
