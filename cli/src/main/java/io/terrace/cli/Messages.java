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
    if (Files.isDirectory(file)) {
      return "it is a folder";
    } else if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    } else if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** A whole number with a comma between thousands. */
  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String megabytes(long bytes) {
    return grouped(Math.max(1, Math.round(bytes / 1e6))) + " MB";
  }
}
