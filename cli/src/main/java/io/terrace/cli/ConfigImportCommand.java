/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.lmcache.LmcacheImport;
import io.terrace.cli.lmcache.LmcacheImport.Imported;
import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of {@code terrace config import}; {@link LmcacheImport} does the work. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Turns a configuration of LMCache into a terrace.yaml, with a comment where a key means"
          + " something else here.",
      "Each key without a counterpart is named on standard error, with the reason. Secrets are not"
          + " copied."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done, whether every key has a counterpart or not",
      "2:an option or the file cannot be used"
    })
final class ConfigImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE",
      description = "The YAML file that LMCACHE_CONFIG_FILE names to LMCache.")
  private Path file = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The file to write, which must not be there. Default: standard output.")
  private @Nullable Path output;

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw CliException.badInput(
          file + ": " + (Files.exists(file) ? "is no file" : "there is no such file"));
    }
    Imported imported;
    try {
      imported = LmcacheImport.read(file);
    } catch (ConfigException e) {
      throw CliException.badInput(String.valueOf(e.getMessage()));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output == null) {
      out.print(imported.yaml());
      out.flush();
    } else {
      write(output, imported.yaml());
    }
    report(imported, spec.commandLine().getErr());
    return 0;
  }

  private static void write(Path output, String yaml) {
    try {
      Files.writeString(output, yaml, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw CliException.badInput(
          "--output=" + output + " is there already, and is not overwritten");
    } catch (IOException e) {
      throw CliException.badInput(
          "--output=" + output + " cannot be written: " + Messages.why(e, output));
    }
  }

  private static void report(Imported imported, PrintWriter err) {
    int all = imported.converted() + imported.leftOut().size();
    err.println(
        Messages.grouped(imported.converted())
            + " of "
            + Messages.grouped(all)
            + (all == 1 ? " key" : " keys")
            + " converted"
            + (imported.leftOut().isEmpty() ? "" : "; of the others all or a part is left out:"));
    imported.leftOut().forEach(line -> err.println("  " + line));
    err.flush();
  }
}
