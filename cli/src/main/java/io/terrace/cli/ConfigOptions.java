/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigLoader.LoadedConfig;
import io.terrace.config.ConfigSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the commands that look at the tiers of a configuration. */
final class ConfigOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The terrace.yaml to use. Default: the one that TERRACE_CONFIG names, else terrace.yaml in"
              + " this folder.")
  private @Nullable Path file;

  @Option(
      names = "--tier",
      paramLabel = TierSpec.FORM,
      description =
          "This tier alone, in place of a configuration. nfs:/mnt/kv: the tier of type nfs, its root"
              + " in /mnt/kv. s3://BUCKET/PREFIX: a bucket, with the keys that the AWS SDK finds.")
  private @Nullable String tier;

  @Mixin private EndpointOption endpoint = new EndpointOption();

  /**
   * Reads the configuration: of this process' environment, but not of its system properties, which
   * are the command's.
   *
   * @throws io.terrace.spi.config.ConfigException if something in it is not allowed
   */
  LoadedConfig load() {
    if (file != null && tier != null) {
      throw new ParameterException(
          command.commandLine(), "--tier stands for a configuration; drop it or --config");
    }
    Map<String, String> properties = properties(file);
    TierSpec spec = endpoint.tierOrNone(tier);
    if (spec != null) {
      ConfigSources sources = ConfigSources.ofProcess(Map.of());
      return ConfigLoader.load(sources, spec.keys(List.of(spec.type())), spec.option());
    }
    return ConfigLoader.load(ConfigSources.ofProcess(properties));
  }

  /** The system properties of a process that uses the file that {@code --config} names, if any. */
  static Map<String, String> properties(@Nullable Path file) {
    if (file == null) {
      return Map.of();
    }
    if (!Files.isRegularFile(file)) {
      throw CliException.badInput(
          "--config="
              + file
              + ": "
              + (Files.exists(file) ? "is no file" : "there is no such file"));
    }
    return Map.of("terrace.config", file.toString());
  }
}
