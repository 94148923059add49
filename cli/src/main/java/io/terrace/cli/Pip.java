/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Fetches packages from Python's registry, or from whichever index the user's pip is set to.
 *
 * @param python how Python is started
 * @param patience after which a download is given up
 */
record Pip(List<String> python, Duration patience) {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int SHOWN_LINES = 4;

  static Pip ofThisMachine() {
    return new Pip(List.of("python3"), Duration.ofMinutes(30));
  }

  /**
   * Downloads a package as a wheel: a zip file, of which nothing is run. A process that takes too
   * long, or whose caller is interrupted, is ended.
   *
   * @param requirement with its version, as in {@code name==1.0}
   * @param folder an empty folder, where pip keeps all that it writes
   * @param arrived is told now and then how many bytes are there
   * @throws IOException if Python, pip or the package cannot be had; the message says what to do
   */
  Path downloadWheel(String requirement, Path folder, LongConsumer arrived) throws IOException {
    Path log = folder.resolve("pip.log");
    Process process = start(requirement, folder, log);
    try {
      long deadline = System.nanoTime() + patience.toNanos();
      while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        arrived.accept(bytesBelow(folder));
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "pip has not downloaded " + requirement + " in " + patience.toMinutes() + " minutes");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly().onExit().join(); // what it writes can be deleted once it is gone
    }
    if (process.exitValue() != 0) {
      throw new IOException(failure(requirement, process.exitValue(), log));
    }
    return wheel(folder, requirement);
  }

  private Process start(String requirement, Path folder, Path log) throws IOException {
    List<String> command = new ArrayList<>(python);
    command.addAll(List.of("-m", "pip", "download", "--no-deps", "--only-binary=:all:"));
    command.addAll(List.of("--no-input", "--no-cache-dir", "--disable-pip-version-check"));
    command.addAll(List.of("--quiet", "--dest=" + folder, requirement));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log.toFile());
    builder.environment().put("TMPDIR", folder.toString());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          String.join(" ", python)
              + " cannot be started: install Python 3 with pip (as in: apt-get install"
              + " python3-pip), and see that it is on the PATH",
          e);
    }
  }

  private String failure(String requirement, int status, Path log) throws IOException {
    List<String> said = Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList();
    if (said.stream().anyMatch(line -> line.contains("No module named pip"))) {
      return String.join(" ", python)
          + " has no pip: install it (as in: apt-get install python3-pip)";
    }
    List<String> last = said.subList(Math.max(0, said.size() - SHOWN_LINES), said.size());
    return ("pip cannot download " + requirement + " (status " + status + "): ")
        + String.join(" | ", last);
  }

  private static Path wheel(Path folder, String requirement) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .findFirst()
          .orElseThrow(() -> new IOException("pip left no wheel of " + requirement));
    }
  }

  /** As far as it can be seen: files come and go meanwhile. */
  private static long bytesBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }
}
