/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.Gc.Outcome;
import io.terrace.config.PluginConfig;
import io.terrace.loader.TierInspector;
import io.terrace.spi.config.ConfigException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code terrace gc}; {@link Gc} does the work. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Applies the limits of size and age of each tier below memory now, and clears away what broken"
          + " writes left behind. Instances do so by themselves as well.",
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done, whether there was anything to remove or not",
      "1:a tier could not be opened, or its collection not be finished",
      "2:an option or the configuration cannot be used"
    })
final class GcCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConfigOptions configOptions = new ConfigOptions();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PluginConfig config;
    try {
      config = configOptions.load().config();
    } catch (ConfigException e) {
      throw CliException.badInput(String.valueOf(e.getMessage()));
    }
    List<Outcome> outcomes = Gc.collect(config.stack(), new TierInspector(config));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonFile.print(out, outcomes.stream().map(Outcome::json).toList());
    } else {
      outcomes.forEach(outcome -> out.println(outcome.line()));
      if (outcomes.isEmpty()) {
        out.println(
            "nothing to collect: the stack " + config.stack() + " has no tier below memory");
      }
    }
    out.flush();
    return outcomes.stream().anyMatch(outcome -> outcome.failure() != null) ? 1 : 0;
  }
}
