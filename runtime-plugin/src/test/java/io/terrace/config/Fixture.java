/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sources of one test: nothing of the real process. 4 GiB of memory, 1 GiB of heap. */
final class Fixture {
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();

  Fixture(Path folder) {
    this.folder = folder;
  }

  Fixture file(String text) {
    return file("terrace.yaml", text);
  }

  Fixture file(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Fixture variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Fixture property(String name, String value) {
    properties.put(name, value);
    return this;
  }

  ConfigSources sources() {
    return new ConfigSources(environment, properties, folder, 4L << 30, 1L << 30);
  }

  PluginConfig config() {
    return ConfigLoader.load(sources()).config();
  }

  /** The problems of a load that has to fail. */
  List<String> problems() {
    return catchThrowableOfType(ConfigException.class, this::config).problems();
  }
}
