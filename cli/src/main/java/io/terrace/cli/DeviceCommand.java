/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.DeviceAbsentException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
          + " and spilled, in turns with one copy of the same size; attention of one layer behind"
          + " contexts of several lengths, by the bytes of K and V that it reads; and decode steps"
          + " while pages are spilled, in turns with such without."
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
    if (json != null) {
      JsonFile.checkWritable(json);
    }
    DeviceFigures figures;
    try (Progress progress = Progress.standardError()) {
      figures = measure(progress);
    }
    DeviceReport.print(figures, spec.commandLine().getOut());
    if (json != null) {
      JsonFile.write(json, figures);
    }
    return 0;
  }

  private DeviceFigures measure(Progress progress) {
    try (DeviceBench bench =
        new DeviceBench(CudaDevice.open(CudaDevice.DEFAULT_LIBRARY, 0), rounds, progress)) {
      DeviceFigures figures = bench.measure(copies, contexts, batches);
      progress.phase("");
      return figures;
    } catch (DeviceAbsentException e) {
      throw CliException.failed(e.getMessage() + "; 'terrace doctor' says what else is there");
    } catch (CudaException e) {
      throw CliException.failed("the device failed: " + e.getMessage());
    }
  }
}
