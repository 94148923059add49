/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.gguf.TestFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A package with a tiny model, and scripts in Python's place that give it out.
 *
 * @param folder where the scripts lie, and a file with a line for each call
 */
record FakeWheel(Path folder, WheelModel.Content content) {
  static final FakeWheel NONE =
      new FakeWheel(Path.of(""), new WheelModel.Content("", "", 0, 0, "", ""));
  static final String LICENCE = "do as you like";

  static FakeWheel pack(Path folder) throws IOException {
    byte[] model = Files.readAllBytes(TestFiles.smallest(folder.resolve("tiny.gguf")));
    try (OutputStream file = Files.newOutputStream(folder.resolve("tiny-1.0-py3-none-any.whl"));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      put(zip, "tiny/__init__.py", new byte[0]);
      put(zip, "tiny/model.gguf", model);
      put(zip, "tiny-1.0.dist-info/LICENSE", LICENCE.getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(folder.resolve("calls"), "");
    WheelModel.Content content =
        new WheelModel.Content("Tiny", "tiny==1.0", 20_000, model.length, sha256(model), "MIT");
    return new FakeWheel(folder, content);
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives the package out, and refuses any other command line than that of a careful caller. */
  Pip pip() throws IOException {
    return python(
        """
        echo "$*" >> 'FOLDER/calls'
        case "$*" in
          *"-m pip download --no-deps --only-binary=:all: "*" tiny==1.0") ;;
          *) echo "what is $*"; exit 9 ;;
        esac
        for argument; do
          case $argument in --dest=*) cp 'FOLDER/tiny-1.0-py3-none-any.whl' "${argument#--dest=}" ;; esac
        done
        """
            .replace("FOLDER", folder.toString()));
  }

  /** A Python that does what a shell script says. */
  Pip python(String script) throws IOException {
    Path file = Files.createTempFile(folder, "python", "");
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Pip(List.of(file.toString()), Duration.ofSeconds(60));
  }

  int calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls")).size();
  }
}
