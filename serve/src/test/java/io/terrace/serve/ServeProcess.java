/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The server in a JVM of its own, with the agent of this build. */
final class ServeProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Listening on (http\\S+) \\(model (.+)\\)");

  private final Process process;
  private final URI address;

  private ServeProcess(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts it.
   *
   * @param folder for its log and its caches
   * @param flags more flags of the JVM
   */
  static ServeProcess start(Path folder, Path model, String name, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1", // it does not run for long
            "-XX:+UseSerialGC",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-javaagent:" + Objects.requireNonNull(System.getProperty("terrace.test.agent")),
            "-Dterrace.cache.folder=" + folder.resolve("cache")));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath(), Serve.class.getName()));
    command.addAll(List.of("--model", model.toString(), "--name", name, "--port", "0"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile()) // where no terrace.yaml lies
            .redirectError(folder.resolve("serve.log").toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("TERRACE_"));
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    Matcher ready = READY.matcher(line == null ? "" : line);
    if (!ready.matches() || !ready.group(2).equals(name)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("not ready: " + line + "; see " + folder.resolve("serve.log"));
    }
    return new ServeProcess(process, URI.create(ready.group(1)));
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  URI address() {
    return address;
  }

  /** Tells it to stop, and returns its status. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("not ended 60 s after SIGTERM");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
