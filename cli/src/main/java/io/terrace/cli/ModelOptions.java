/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that starts a Jlama program: the model, and how it is run. */
final class ModelOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "DIR|OWNER/NAME",
      description =
          "A folder with a model that Jlama can load, or a model that Jlama is to download from"
              + " huggingface.co. Without it: "
              + Hub.DEFAULT_MODEL
              + " if it was fetched (terrace model get) or the hub answers, else a model with"
              + " random weights, made once.")
  private @Nullable String model;

  @Option(names = "--offline", description = "Never ask the hub, and offer no download.")
  private boolean offline;

  @Option(
      names = "--geometry",
      paramLabel = "small|full|long",
      description =
          "Take the model with random weights, in this size: full is near SmolLM2-135M, small is"
              + " for a quick look, long computes fast and reads 16,384 tokens.")
  private @Nullable SampleSize geometry;

  @Option(
      names = "--operations",
      paramLabel = "auto|native|panama",
      defaultValue = "auto",
      description = "Jlama's tensor operations. Default: what Jlama itself takes.")
  private Operations operations = Operations.AUTO;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where models are kept. Default: ~/.cache/terrace.")
  private @Nullable Path cache;

  @Option(
      names = "--agent",
      paramLabel = "JAR",
      description = "The agent to measure. Default: the one of this build.")
  private @Nullable Path agent;

  ModelRequest request() {
    if (model != null && geometry != null) {
      throw new ParameterException(
          command.commandLine(),
          "--geometry is for the model with random weights; drop it or --model");
    }
    return new ModelRequest(model, offline, geometry, ModelRequest.cacheFolder(cache));
  }

  Operations operations() {
    return operations;
  }

  Installation installation() {
    return Installation.ofThisProcess(agent);
  }
}
