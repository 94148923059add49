/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ceiling of a volume: what <a href="https://fio.readthedocs.io/">fio</a> moves with direct
 * I/O, a file for each chunk, in blocks as large as a chunk, in as many threads as there are calls
 * at once. Its buffers lie in huge pages where the system has enough of them in reserve ({@code
 * vm.nr_hugepages}); without, direct I/O of the disk may be half as fast.
 *
 * @param folder where its files lie; they are removed with it
 * @param mebibytes size of a file and of a block
 * @param depth threads
 * @param files how many each thread moves
 * @param forced whether each file is forced to the device before it is closed
 */
record Fio(Path folder, int mebibytes, int depth, int files, boolean forced) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the program says of itself; null if there is none. */
  static @Nullable String version() {
    try {
      Process process = new ProcessBuilder("fio", "--version").start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return null;
    }
  }

  /** Writes new files; bytes a second. */
  double write() {
    List<String> options = new ArrayList<>(List.of("--create_on_open=1", "--fallocate=none"));
    if (forced) {
      options.add("--fsync_on_close=1");
    }
    return run("write", options);
  }

  /** Reads the files that {@link #write} wrote; bytes a second. */
  double read() {
    return run("read", List.of("--allow_file_create=0"));
  }

  /** Whether the buffers of all threads find room in the reserve of huge pages. */
  boolean hasHugePages() {
    try {
      return Files.readAllLines(Path.of("/proc/meminfo")).stream()
          .filter(line -> line.startsWith("HugePages_Free:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .anyMatch(free -> free * 2 >= (long) mebibytes * depth + depth); // pages of 2 MiB
    } catch (IOException e) {
      return false; // not Linux
    }
  }

  private double run(String direction, List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "fio",
                "--name=chunks",
                "--directory=" + folder,
                "--rw=" + direction,
                "--ioengine=psync",
                "--direct=1",
                "--bs=" + mebibytes + "m",
                "--filesize=" + mebibytes + "m",
                "--nrfiles=" + files,
                "--openfiles=1",
                "--file_service_type=sequential",
                "--numjobs=" + depth,
                "--thread",
                "--group_reporting",
                "--mem=" + (hasHugePages() ? "mmaphuge" : "mmap"),
                "--output-format=json"));
    command.addAll(more);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw CliException.failed("fio ended with status " + status + ":\n" + output);
      }
      return bytesPerSecond(output, direction);
    } catch (IOException e) {
      throw CliException.failed("fio could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted");
    }
  }

  /** Notes may stand before the report. */
  static double bytesPerSecond(String output, String direction) throws IOException {
    int start = output.indexOf('{');
    JsonNode report = JSON.readTree(start < 0 ? "" : output.substring(start));
    JsonNode speed = report.path("jobs").path(0).path(direction).path("bw_bytes");
    if (!speed.isNumber()) {
      throw new IOException("fio's report names no bandwidth:\n" + output);
    }
    return speed.asDouble();
  }
}
