/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.loader.InspectedTier;
import io.terrace.loader.TierInspector;
import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A folder of a volume that is measured, with what is opened in it. */
final class BenchVolume implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> options;

  private BenchVolume(Path folder, Map<String, String> options) {
    this.folder = folder;
    this.options = options;
  }

  /**
   * Makes a folder for the benchmark.
   *
   * @param options of the tier, beside {@code root}
   */
  static BenchVolume create(Path root, Map<String, String> options) {
    try {
      return new BenchVolume(
          Files.createTempDirectory(root.toAbsolutePath(), "terrace-bench-"), options);
    } catch (IOException e) {
      throw CliException.badInput(
          "--root=" + root + ": no folder can be made in it: " + Messages.why(e, root));
    }
  }

  /** Whether chunks are forced to the device before they can be found. */
  boolean isForced() {
    return !"none".equals(options.getOrDefault("sync", "none"));
  }

  /** A new folder of the volume. */
  Path folder(String name) {
    Path made = folder.resolve(name);
    try {
      return Files.createDirectories(made);
    } catch (IOException e) {
      throw CliException.failed(made + " cannot be made: " + Messages.why(e, made));
    }
  }

  /**
   * Opens the tier with a root of its own below the folder.
   *
   * @param name the same name is the same root
   * @param threads of the tier, where the options do not say
   */
  InspectedTier open(String name, int threads) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("tiers.nfs.threads", String.valueOf(threads));
    options.forEach((option, value) -> keys.put("tiers.nfs." + option, value));
    keys.put("stack", "nfs");
    keys.put("tiers.nfs.root", folder(name).toString());
    try {
      ConfigSources none = ConfigSources.ofProcess(Map.of());
      TierInspector inspector = new TierInspector(ConfigLoader.load(none, keys, "--set").config());
      return inspector.open(
          "nfs",
          why -> {
            throw CliException.failed(why);
          });
    } catch (ConfigException e) {
      throw CliException.badInput(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    Folders.delete(folder);
  }
}
