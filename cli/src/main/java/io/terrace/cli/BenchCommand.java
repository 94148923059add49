/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the benchmarks. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Benchmarks: of the plugin in a running Jlama, and of tiers.",
    subcommands = {
      MissesCommand.class,
      StackCommand.class,
      VolumeCommand.class,
      BucketCommand.class,
      DeviceCommand.class,
      ReplayCommand.class,
      SoakCommand.class,
      MultiRoundQaCommand.class,
      CompareCommand.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Name a benchmark, such as: terrace bench misses");
  }
}
