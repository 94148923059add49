/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.DeviceFigures.Answered;
import io.terrace.cli.DeviceFigures.Row;
import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.DeviceAbsentException;
import io.terrace.spi.TierException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench device}; {@link DeviceBench} does the work. */
@Command(
    name = "device",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures a CUDA device: copies between host and device, pinned and not; pages that are loaded"
          + " and spilled, in turns with one copy of the same size; chunks between files and the"
          + " device, through the memory of the host and past it; attention of one layer behind"
          + " contexts of several lengths, by the bytes of K and V that it reads; and decode steps"
          + " while pages are spilled, in turns with such without.",
      "Then a model answers prompts in two programs, with attention on the device and on the host,"
          + " in turns: the time to the first token (batches), and that of a step (one token)."
    })
final class DeviceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--copy-mib",
      paramLabel = "N",
      split = ",",
      defaultValue = "2,8,32,64",
      description = "Sizes of copies. Default: ${DEFAULT-VALUE}.")
  private List<Integer> copies = List.of();

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "A folder of the volume whose files are moved. Default: that of temporary files.")
  private Path root = Path.of(System.getProperty("java.io.tmpdir", ""));

  @Option(
      names = "--context-tokens",
      paramLabel = "N",
      split = ",",
      defaultValue = "1024,4096,16384",
      description = "Tokens that attention looks back at. Default: ${DEFAULT-VALUE}.")
  private List<Integer> contexts = List.of();

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,256",
      description = "Tokens that attention is computed for at once. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches = List.of();

  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      split = ",",
      defaultValue = "256,1024,4096",
      description = "Lengths of the model's prompts. Default: ${DEFAULT-VALUE}.")
  private List<Integer> prompts = List.of();

  @Option(
      names = "--model-rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each prompt is answered. Default: ${DEFAULT-VALUE}.")
  private int modelRounds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "15",
      description = "How often each is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    OptionRange.requireEach(spec, "--copy-mib", copies, 1, 1024);
    OptionRange.requireEach(spec, "--context-tokens", contexts, 1, 1 << 20);
    OptionRange.requireEach(spec, "--batch-tokens", batches, 1, 4096);
    OptionRange.require(spec, rounds >= 1, "--rounds", rounds, "at least 1");
    OptionRange.requireEach(spec, "--prompt-tokens", prompts, 32, 1 << 20);
    OptionRange.require(spec, modelRounds >= 1, "--model-rounds", modelRounds, "at least 1");
    ModelRequest request = modelOptions.request();
    if (json != null) {
      JsonFile.checkWritable(json);
    }
    DeviceFigures figures;
    try (Progress progress = Progress.standardError()) {
      figures = measure(request, progress);
    }
    DeviceReport.print(figures, spec.commandLine().getOut());
    if (json != null) {
      JsonFile.write(json, figures);
    }
    return 0;
  }

  private DeviceFigures measure(ModelRequest request, Progress progress) {
    CudaDevice.Facts facts;
    List<Row> rows;
    try (DeviceBench bench =
        new DeviceBench(CudaDevice.open(CudaDevice.DEFAULT_LIBRARY, 0), rounds, progress)) {
      facts = bench.facts();
      rows = bench.measure(copies, contexts, batches, root);
    } catch (DeviceAbsentException e) {
      throw CliException.failed(e.getMessage() + "; 'terrace doctor' says what else is there");
    } catch (CudaException e) {
      throw CliException.failed("the device failed: " + e.getMessage());
    } catch (TierException e) {
      throw CliException.failed("files cannot be moved below " + root + ": " + e.getMessage());
    }
    Installation installation = modelOptions.installation();
    ChosenModel model = new ModelChoice(request, Hub.huggingFace(), progress).choose();
    try (ChildJvms children =
        new ChildJvms(installation, model.folder(), modelOptions.operations(), null)) {
      List<Answered> answers =
          new DeviceAnswers(Document.load(null), modelRounds, progress)
              .measure(device -> start(children, installation, device), prompts);
      progress.phase("");
      return new DeviceFigures(
          facts.name(),
          facts.driver(),
          Machine.jdk(),
          Machine.cpu(),
          rounds,
          rows,
          model.name(),
          answers);
    }
  }

  private static JlamaProgram start(ChildJvms children, Installation installation, String device) {
    List<String> flags =
        List.of(
            "-javaagent:" + installation.agent(),
            "-Dterrace.reuse=false",
            "-Dterrace.device=" + device);
    return children.start(flags, installation.benchTiers(), "attention-" + device);
  }
}
