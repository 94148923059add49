/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An S3 server in a process of its own, with an empty bucket; both end with the demo. */
final class BucketServer implements AutoCloseable {
  private static final String MAIN = "io.terrace.s3server.S3Server";
  private static final String BUCKET = "terrace-demo";
  private static final String KEY = "terrace";
  private static final String SECRET = "terrace-secret";

  private final RunFolder folder;
  private final Process process;
  private final Thread atExit = new Thread(this::end, "end of the S3 server");
  private final String endpoint;

  private BucketServer(RunFolder folder, Process process) throws IOException {
    this.folder = folder;
    this.process = process;
    Runtime.getRuntime().addShutdownHook(atExit);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("it ended with status " + process.onExit().join().exitValue());
    }
    endpoint = line;
  }

  /**
   * Starts a server, and waits until it answers.
   *
   * @throws CliException if there is none here, or it does not start
   */
  static BucketServer start(TierSpec spec, Installation installation) {
    Path jars = installation.s3Server();
    if (!Files.isDirectory(jars)) {
      throw CliException.badInput(
          spec.option()
              + ": the server of the demo is part of a checkout, and not in "
              + jars
              + "; give a bucket: s3://BUCKET/PREFIX, with --s3-endpoint if it is not at AWS");
    }
    RunFolder folder = RunFolder.create();
    Path log = folder.log("s3-server");
    List<String> command =
        List.of(
            installation.java().toString(),
            "-cp",
            jars + "/*",
            MAIN,
            folder.temporary().resolve("buckets").toString(),
            BUCKET);
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    } catch (IOException e) {
      folder.delete();
      throw CliException.failed("cannot start " + installation.java() + ": " + e.getMessage());
    }
    try {
      return new BucketServer(folder, process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw CliException.failed(
          "the S3 server does not start: "
              + e.getMessage()
              + "; its last lines:"
              + new LogFile(log).lastLines());
    }
  }

  /** What a tier is told, to find the bucket. */
  Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("bucket", BUCKET);
    options.put("endpoint", endpoint);
    options.put("accessKey", KEY);
    options.put("secretKey", SECRET);
    return options;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // this process ends, and its hook does it
    }
    end();
  }

  private void end() {
    try {
      process.getOutputStream().close(); // what it reads
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly(); // it is gone already
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    process.onExit().join();
    folder.delete();
  }
}
