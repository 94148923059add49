/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups what is done to configurations. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Configurations: taken over from another cache.",
    subcommands = {ConfigImportCommand.class})
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Name a command, such as: terrace config import lmcache.yaml");
  }
}
