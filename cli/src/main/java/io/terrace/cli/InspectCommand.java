/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.loader.ChunkInspector;
import io.terrace.loader.ChunkInspector.Inspection;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of {@code terrace inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Prints the header of a stored chunk and checks all of it: format, checksum or tag, payload,"
          + " and that its token ids give its key. A file is checked as the tier of the"
          + " configuration would that has the strictest `integrity`.",
      "Exit status 1 where a check fails, a tier cannot be asked or none has the chunk."
    })
final class InspectCommand implements Callable<Integer> {
  private static final Pattern KEY = Pattern.compile("[0-9a-fA-F]{64}");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE|KEY",
      description = {
        "A file that holds a chunk; or a chunk's key, 64 hexadecimal digits, to be looked for in the"
            + " tiers of the configuration (terrace.yaml, TERRACE_..., --config)."
      })
  private String chunk = "";

  @Option(names = "--config", paramLabel = "FILE", description = "The terrace.yaml to use.")
  private @Nullable Path configFile;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(names = "--tokens", description = "Prints the token ids, too: they are the prompt.")
  private boolean tokens;

  @Override
  public Integer call() {
    List<Inspection> found;
    try {
      found = inspect(new ChunkInspector(config()));
    } catch (ConfigException e) {
      throw CliException.badInput(String.valueOf(e.getMessage()));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonFile.print(out, InspectReport.json(found, tokens));
    } else if (found.isEmpty()) {
      out.println("no tier below memory has the chunk " + chunk);
    } else {
      found.forEach(one -> InspectReport.lines(one, tokens).forEach(out::println));
    }
    out.flush();
    return found.isEmpty() || !found.stream().allMatch(Inspection::isSound) ? 1 : 0;
  }

  private List<Inspection> inspect(ChunkInspector inspector) {
    Path file = Path.of(chunk);
    if (Files.isRegularFile(file)) {
      try {
        return List.of(inspector.file(file));
      } catch (IOException e) {
        throw CliException.badInput(file + " cannot be read: " + Messages.why(e, file));
      }
    }
    if (!KEY.matcher(chunk).matches()) {
      throw CliException.badInput(
          "'" + chunk + "' is no file, and no key: a key has 64 hexadecimal digits");
    }
    return inspector.key(ChunkKey.parse(chunk));
  }

  /** Of the environment and terrace.yaml: this JVM's own properties are the command's. */
  private PluginConfig config() {
    return ConfigLoader.load(ConfigSources.ofProcess(ConfigOptions.properties(configFile)))
        .config();
  }
}
