/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.CompareContext;
import io.terrace.cli.qa.CompareFolder;
import io.terrace.cli.qa.CompareOptions;
import io.terrace.cli.qa.CompareResult;
import io.terrace.cli.qa.CompareSetUp;
import io.terrace.cli.qa.Comparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench compare}; {@link Comparison} does the work. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Starts two instances of terrace serve in each set-up, one after the other, puts the"
          + " multi-round QA workload on both in turns, and writes what they did as CSV, JSON,"
          + " Markdown and a page with charts.",
      "alone: the plugin without reuse. cpu: memory of each instance. nfs: a folder that both share."
          + " s3: a bucket that both share. all: cpu, nfs and s3. plain: Jlama without the plugin,"
          + " one request at a time, timed only. The answers of all others must be the same.",
      "Interrupted, it goes on where it stopped."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all was measured, and each question had one answer",
      "1:answers differ between set-ups, or a run failed",
      "2:an option, or something it names, cannot be used"
    })
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CompareSizes sizes = new CompareSizes();

  @Option(
      names = "--setups",
      paramLabel = "SET-UP",
      split = ",",
      defaultValue = "alone,cpu,nfs,cpu+nfs,cpu+s3,all,plain",
      description = "What is compared. Default: ${DEFAULT-VALUE}.")
  private List<String> setUps = List.of();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "compare",
      description =
          "Where compare.html, compare.md, compare.json, rows.csv and a file for each run are"
              + " written. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("");

  @Option(names = "--restart", description = "Deletes the runs that are there, and begins anew.")
  private boolean restart;

  @Option(
      names = "--nfs",
      paramLabel = "DIR",
      description = "The folder that instances share, such as a mounted volume. Default: one here.")
  private @Nullable Path volume;

  @Option(
      names = "--s3-bucket",
      paramLabel = "BUCKET[/PREFIX]",
      description =
          "The bucket that instances share, with the keys that the AWS SDK finds; what is stored"
              + " there stays. Default: a server here.")
  private @Nullable String bucket;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description = "The server of --s3-bucket, where it is not AWS.")
  private @Nullable URI endpoint;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the plugin, such as pool.bytes=1GiB; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Override
  public Integer call() {
    CompareOptions options = sizes.options(chosenSetUps());
    if (endpoint != null && bucket == null) {
      throw new ParameterException(
          spec.commandLine(), "--s3-endpoint=" + endpoint + " needs --s3-bucket");
    }
    ModelRequest request = modelOptions.request();
    if (request.model() == null && request.sampleSize() == null) {
      request = new ModelRequest(null, request.offline(), SampleSize.SMALL, request.cache());
    }
    try (Progress progress = Progress.standardError()) {
      ChosenModel model = new ModelChoice(request, Hub.huggingFace(), progress).choose();
      return compare(options, model, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted");
    }
  }

  private List<CompareSetUp> chosenSetUps() {
    return setUps.stream()
        .distinct()
        .map(word -> CompareSetUp.of(word).orElseThrow(() -> noSuchSetUp(word)))
        .toList();
  }

  private ParameterException noSuchSetUp(String word) {
    return new ParameterException(
        spec.commandLine(),
        "--setups=" + word + " is no set-up: give " + String.join(", ", CompareSetUp.words()));
  }

  private int compare(CompareOptions options, ChosenModel model, Progress progress)
      throws InterruptedException {
    Map<String, String> parameters = parameters(options, model);
    CompareFolder folder = open(parameters);
    Installation installation = modelOptions.installation();
    CompareStores.Places places = new CompareStores.Places(volume, bucket, endpoint);
    CompareResult result;
    try (CompareStores stores = CompareStores.open(places, options.setUps(), installation)) {
      ServeInstances instances =
          new ServeInstances(
              installation,
              model,
              modelOptions.operations(),
              sizes.concurrency(),
              settings,
              stores);
      result = run(new Comparison(options, instances, folder, new QaProgress(progress)));
    } catch (IOException e) {
      throw CliException.failed(Messages.failure(e));
    }
    CompareContext context =
        new CompareContext(model.name(), Machine.cpu(), Machine.jdk(), command(), parameters);
    try {
      result.write(folder, context);
    } catch (IOException e) {
      throw CliException.failed("--output=" + output + ": " + Messages.why(e, output));
    }
    PrintWriter out = spec.commandLine().getOut();
    result.lines(context).forEach(out::println);
    out.println();
    out.println("The charts: " + output.resolve("compare.html"));
    out.flush();
    return result.isIdentical() ? 0 : 1;
  }

  private static CompareResult run(Comparison comparison) throws IOException, InterruptedException {
    AtInterrupt atInterrupt = new AtInterrupt(comparison::stop);
    try {
      return comparison.run();
    } finally {
      atInterrupt.close();
    }
  }

  private CompareFolder open(Map<String, String> parameters) {
    try {
      return CompareFolder.open(output, parameters, restart);
    } catch (IOException e) {
      throw CliException.badInput("--output=" + output + ": " + Messages.why(e));
    }
  }

  /** All that a figure hangs on, but the set-up and the history. */
  private Map<String, String> parameters(CompareOptions options, ChosenModel model) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("--model", model.name());
    parameters.put("--operations", modelOptions.operations().word());
    parameters.putAll(sizes.parameters(options));
    parameters.put("--nfs", volume == null ? "a folder of the run" : volume.toString());
    parameters.put("--s3-bucket", bucket == null ? "a server of the run" : bucket);
    parameters.put("--s3-endpoint", endpoint == null ? "" : endpoint.toString());
    settings.forEach((key, value) -> parameters.put("--set " + key, value));
    return parameters;
  }

  private String command() {
    return "terrace " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }
}
