/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.RawSetting;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds and reads the file: the one that is named, else {@code terrace.yaml} if it is there. */
final class ConfigFile {
  static final String PROPERTY = "terrace.config";
  static final String VARIABLE = "TERRACE_CONFIG";
  static final String DEFAULT_NAME = "terrace.yaml";

  private final ConfigSources sources;
  private final Consumer<String> problems;
  private @Nullable String found;

  ConfigFile(ConfigSources sources, Consumer<String> problems) {
    this.sources = sources;
    this.problems = problems;
  }

  List<RawSetting> read() {
    String byProperty = sources.properties().get(PROPERTY);
    if (byProperty != null) {
      return named(byProperty, "system property " + PROPERTY);
    }
    String byVariable = sources.environment().getOrDefault(VARIABLE, "");
    if (!byVariable.isEmpty()) {
      return named(byVariable, "environment variable " + VARIABLE);
    }
    Path file = sources.workingFolder().resolve(DEFAULT_NAME);
    return Files.exists(file) ? contents(file, DEFAULT_NAME, DEFAULT_NAME) : List.of();
  }

  /** The file that was read, as it was named; null if none was. */
  @Nullable String found() {
    return found;
  }

  private List<RawSetting> named(String name, String namedBy) {
    String where = namedBy + " names '" + name + "'";
    try {
      Path file = sources.workingFolder().resolve(name);
      if (!name.isBlank() && Files.exists(file)) {
        return contents(file, name, where);
      }
      problems.accept(
          where + ": no such file (" + file.toAbsolutePath() + "), wanted the path of a YAML file");
    } catch (InvalidPathException e) {
      problems.accept(where + ": not a path, wanted the path of a YAML file");
    }
    return List.of();
  }

  private List<RawSetting> contents(Path file, String name, String where) {
    found = name;
    return YamlFile.read(file, name, where, problems);
  }
}
