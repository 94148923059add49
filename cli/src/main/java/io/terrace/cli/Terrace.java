/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code terrace} command. Exit status: 0 done, 1 a run failed or gave other answers than it
 * should, 2 the command line or something it names is wrong.
 */
@Command(
    name = "terrace",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    description = "The tiered KV cache for Java LLM runtimes.",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      InspectCommand.class,
      GcCommand.class,
      ConfigCommand.class,
      ModelCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Terrace implements Runnable {
  private static final Logger LOGGING = Logger.getLogger("");

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Entry point; ends the JVM with the command's status. */
  public static void main(String[] args) {
    LOGGING.setLevel(
        Level.WARNING); // tiers tell an application, in its log, what doctor tells here
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Terrace())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Terrace::refuse)
        .setExecutionExceptionHandler(Terrace::explain);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command, such as: terrace demo");
  }

  /** The reason, and the usage where it is short; a page of options would hide the reason. */
  private static int refuse(ParameterException e, String[] arguments) {
    CommandLine commandLine = e.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println("terrace: " + e.getMessage());
    if (commandLine.getParent() == null) {
      commandLine.usage(err);
    } else {
      err.println(commandLine.getCommandSpec().qualifiedName() + " --help shows the options.");
    }
    err.flush();
    return commandLine.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int explain(
      Exception e, CommandLine commandLine, CommandLine.ParseResult parseResult) throws Exception {
    if (!(e instanceof CliException expected)) {
      throw e;
    }
    PrintWriter err = commandLine.getErr();
    err.println("terrace: " + expected.getMessage());
    err.flush();
    return expected.exitStatus();
  }
}
