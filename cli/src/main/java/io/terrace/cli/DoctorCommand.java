/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.Doctor.Section;
import io.terrace.config.ConfigSources;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code terrace doctor}; {@link Doctor} does the work. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Looks at the machine, the configuration, the device and each tier of the stack, and says what"
          + " to do about whatever is wrong or slow.",
      "A tier may store and remove something of its own meanwhile; chunks are left alone."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:nothing is wrong, or only slow",
      "1:chunks are not stored or found until something is mended",
      "2:an option cannot be used"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Doctor doctor =
        new Doctor(
            Path.of("/"), () -> ConfigSources.ofProcess(Map.of()).totalMemoryBytes(), PATIENCE);
    List<Section> sections = doctor.examine(config::load);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonFile.print(out, DoctorReport.json(sections));
    } else {
      DoctorReport.lines(sections, Machine.terminalWidth()).forEach(out::println);
    }
    out.flush();
    return sections.stream().anyMatch(Section::isBad) ? 1 : 0;
  }
}
