/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adobe's S3Mock: a real S3 server of another make than s3proxy, in a process of its own, since its
 * libraries meet ours in other versions. Its first connector listens on the loopback address, over
 * a folder that goes with it.
 */
final class S3MockServer {
  private static final Pattern STARTED = Pattern.compile("Tomcat started on ports? (\\d+) \\(http");
  private static final long END_SECONDS = 20;

  private final Process process;
  private final URI endpoint;

  private S3MockServer(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts one, which takes some seconds. */
  static S3MockServer start() throws IOException {
    Path program = Path.of(Objects.requireNonNull(System.getProperty("terrace.test.s3mock")));
    Path folder = Files.createTempDirectory(program, "store");
    Path boot = program.resolve("BOOT-INF");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            boot.resolve("classes") + File.pathSeparator + boot.resolve("lib") + "/*",
            "com.adobe.testing.s3mock.S3MockApplication",
            "--spring.main.lazy-initialization=true",
            "--server.ssl.enabled=false",
            "--server.address=127.0.0.1",
            "--server.port=0",
            "--http.port=0");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      return new S3MockServer(process, endpoint(process.inputReader()));
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Reads what the server says until it has said its port, and what it says later as well. */
  private static URI endpoint(BufferedReader out) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
        return URI.create("http://127.0.0.1:" + started.group(1));
      }
      said.append(line).append('\n');
    }
    throw new IOException("S3Mock does not start: " + said);
  }

  URI endpoint() {
    return endpoint;
  }

  /** Lets it end by itself, so that it removes what it stored. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
