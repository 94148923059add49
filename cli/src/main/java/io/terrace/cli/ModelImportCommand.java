/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.gguf.GgufException;
import io.terrace.gguf.GgufModel;
import io.terrace.sample.ModelFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code terrace model import}; {@link GgufModel} does the work. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Converts a GGUF file of the Llama architecture into a folder that Jlama loads.",
      "Read are the types F32, F16, BF16, Q8_0, Q4_0 and Q4_1, and byte-level BPE tokenizers."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:done", "2:the file or the folder cannot be used"})
final class ModelImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE.gguf", description = "The model.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description = "The folder to make; it must not be there, or be empty.")
  private Path folder = Path.of("");

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw CliException.badInput(
          file + ": " + (Files.exists(file) ? "is no file" : "there is no such file"));
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw CliException.badInput(folder + " is a file; name a new folder");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Progress progress = Progress.standardError();
        GgufModel model = open()) {
      progress.phase("Converting " + model.name());
      convert(model, progress);
      progress.phase("");
      out.println(model.name() + ", licence: " + model.license().orElse("not stated"));
      model.changes().forEach(out::println);
      out.println("Try it with: terrace demo --model " + folder);
    }
    out.flush();
    return 0;
  }

  private GgufModel open() {
    try {
      return GgufModel.open(file);
    } catch (GgufException e) {
      throw CliException.badInput(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw CliException.badInput(file + ": " + Messages.why(e, file));
    }
  }

  private void convert(GgufModel model, Progress progress) {
    try {
      ModelFolder.make(
          folder,
          unfinished ->
              model.writeTo(
                  unfinished,
                  (done, total) -> progress.detail(100 * done / Math.max(1, total) + " %")));
    } catch (FileAlreadyExistsException e) {
      throw CliException.badInput(folder + " is not empty; name a new folder");
    } catch (IOException e) {
      throw CliException.badInput(folder + " cannot be written: " + Messages.why(e));
    }
  }
}
