/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.RawSetting;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a YAML file of keys: a {@code terrace.yaml}, or one of another program that is turned into
 * one.
 */
public final class YamlFile {
  // A configuration is a few kilobytes; more is a wrong file, and is not worth reading.
  private static final long MAX_BYTES = 1 << 20;

  private YamlFile() {}

  /**
   * The keys of a file, dotted, each with its line, in the order of the file.
   *
   * @param name the file as the user named it, for the places of keys and problems
   * @param where begins a problem with the file as a whole
   * @param problems takes one sentence for each problem; none quotes a value of the file
   */
  public static List<RawSetting> read(
      Path file, String name, String where, Consumer<String> problems) {
    try {
      if (!Files.isRegularFile(file)) {
        problems.accept(where + ": not a file (" + file.toAbsolutePath() + "), wanted a YAML file");
      } else if (Files.size(file) > MAX_BYTES) {
        problems.accept(where + ": more than 1 MiB, wanted a YAML file of keys");
      } else {
        return YamlSource.read(withoutMark(Files.readString(file)), name, problems);
      }
    } catch (CharacterCodingException e) {
      problems.accept(where + ": not UTF-8, wanted a YAML file in UTF-8");
    } catch (IOException e) {
      problems.accept(where + ": cannot be read: " + e + ", wanted a YAML file");
    }
    return List.of();
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
