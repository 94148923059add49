/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups what makes model folders. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Models for Jlama: fetched, or converted from GGUF.",
    subcommands = {ModelGetCommand.class, ModelImportCommand.class})
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command, such as: terrace model get");
  }
}
