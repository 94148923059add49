/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A real S3 server in a process of its own, over a folder, with one bucket. */
final class BucketProcess implements AutoCloseable {
  private static final String MAIN = "io.terrace.s3server.S3Server";
  private static final String BUCKET = "shared-chunks";
  private static final String KEY = "terrace";
  private static final String SECRET = "terrace-secret";

  private final Path folder;
  private final Process process;
  private final String endpoint;

  private BucketProcess(Path folder, Process process, String endpoint) {
    this.folder = folder;
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts one, with what is in the folder. */
  static BucketProcess over(Path folder) throws IOException {
    Path build = Path.of(Objects.requireNonNull(System.getProperty("terrace.test.s3.server")));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            build.resolve("classes") + File.pathSeparator + build.resolve("lib") + "/*",
            MAIN,
            folder.toString(),
            BUCKET);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out = process.inputReader();
    String endpoint = out.readLine();
    if (endpoint == null) {
      process.destroyForcibly();
      throw new IOException("the S3 server does not start: " + command);
    }
    return new BucketProcess(folder, process, endpoint);
  }

  URI endpoint() {
    return URI.create(endpoint);
  }

  /**
   * What the plugin is told, to find the bucket: a key, its value, and so on.
   *
   * @param through the address of the server, or of what stands before it
   */
  String[] properties(String through) {
    String tier = "terrace.tiers.s3.";
    return new String[] {
      tier + "bucket", BUCKET,
      tier + "endpoint", through,
      tier + "accessKey", KEY,
      tier + "secretKey", SECRET,
    };
  }

  /** The files of the chunks in it. */
  List<Path> chunks() throws IOException {
    Path chunks = folder.resolve(BUCKET).resolve("terrace/chunks");
    if (!Files.exists(chunks)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(chunks)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }

  /** Removes the chunks, and asks no server. */
  void empty() throws IOException {
    for (Path chunk : chunks()) {
      Files.delete(chunk);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
