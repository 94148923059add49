/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Words for what Java says in class names. */
final class Messages {
  private Messages() {}

  static String why(IOException e, Path file) {
    return Files.isDirectory(file) ? "it is a folder" : why(e);
  }

  /** As above where a folder was wanted. */
  static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    } else if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** What an exception says, or its name. */
  static String failure(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /**
   * What to do about a tier that lacks its folder or bucket, as {@code --tier nfs} does; empty for
   * any other problem.
   *
   * @param tier its name in the stack
   */
  static String whereToSetStore(String tier, String problem) {
    if (problem.contains("'tiers." + tier + ".root' must be set")) {
      return "set it in terrace.yaml, or name the folder: --tier " + tier + ":DIR";
    }
    return problem.contains("'tiers." + tier + ".bucket' must be set")
        ? "set it in terrace.yaml, or name the bucket: --tier " + tier + "://BUCKET"
        : "";
  }

  /** A whole number with a comma between thousands. */
  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String megabytes(long bytes) {
    return grouped(Math.max(1, Math.round(bytes / 1e6))) + " MB";
  }

  /** Bytes in the largest binary unit that gives at least one, with a digit behind the point. */
  static String size(long bytes) {
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = Math.min(units.length, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
    return String.format(
        Locale.ROOT, "%,.1f %s", bytes / (double) (1L << (10 * unit)), units[unit - 1]);
  }
}
