/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible server in a JVM of its own. It stops by itself once this process is gone,
 * whatever ended it.
 */
final class ServeJvm implements AutoCloseable {
  private static final String MAIN = "io.terrace.serve.Serve";
  private static final Pattern READY = Pattern.compile("Listening on (\\S+) \\(model (.*)\\)");

  /** Answers that run go on for 20 s at most, and the plugin stores for 10 s at most. */
  private static final long STOP_SECONDS = 40;

  private final Process process;
  private final @Nullable LogFile log;
  private final Thread atExit = new Thread(this::end, "end of the server");
  private final URI address;
  private final String model;

  private ServeJvm(Process process, @Nullable LogFile log) throws IOException {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(atExit);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    Matcher ready = READY.matcher(line == null ? "" : line);
    if (!ready.matches()) {
      close();
      throw notReady(line);
    }
    address = URI.create(ready.group(1));
    model = ready.group(2);
  }

  /**
   * Starts a server, and waits until it answers.
   *
   * @param model folder of the model
   * @param flags of its JVM, such as {@link #agentFlags}; without the agent Jlama serves alone
   * @param arguments of the server: {@code --name}, {@code --host}, {@code --port}, {@code
   *     --queue}, {@code --concurrency}, each with a value
   * @param log where its standard error goes; null for this process' own
   * @throws CliException if it does not start
   */
  static ServeJvm start(
      Installation installation,
      Path model,
      List<String> flags,
      List<String> arguments,
      @Nullable Path log) {
    List<String> command = new ArrayList<>(List.of(installation.java().toString()));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(installation), MAIN));
    command.addAll(List.of("--model", model.toString(), "--until-end-of-input"));
    command.addAll(arguments);
    Redirect errors = log == null ? Redirect.INHERIT : Redirect.to(log.toFile());
    try {
      Process process = new ProcessBuilder(command).redirectError(errors).start();
      return new ServeJvm(process, log == null ? null : new LogFile(log));
    } catch (IOException e) {
      throw CliException.failed("cannot start " + installation.java() + ": " + e.getMessage());
    }
  }

  /**
   * The flags that put the plugin into a server.
   *
   * @param settings keys of {@code terrace.yaml} and their values
   */
  static List<String> agentFlags(Installation installation, Map<String, String> settings) {
    List<String> flags = new ArrayList<>(List.of("-javaagent:" + installation.agent()));
    settings.forEach((key, value) -> flags.add("-Dterrace." + key + "=" + value));
    return flags;
  }

  private static String classPath(Installation installation) {
    Path jars = installation.serve();
    if (!Files.isDirectory(jars)) {
      throw CliException.badInput(
          "the server's jars are not in " + jars + "; build with: mvn -DskipTests package");
    }
    return jars
        + "/*"
        + File.pathSeparator
        + installation.jlamaJars().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
  }

  private CliException notReady(@Nullable String line) {
    String said =
        line == null ? " ended with status " + process.exitValue() : " said \"" + line + "\"";
    return CliException.badModel(
        "the server does not start: it" + said + (log == null ? "" : log.lastLines()));
  }

  /** The base URL for clients, which ends in /v1. */
  URI address() {
    return address;
  }

  /** The name that clients ask for the model by. */
  String model() {
    return model;
  }

  /** Waits until the server has ended by itself, and returns its status. */
  int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  /** Stops the server: what it answers comes to its end, and what waits to be stored is stored. */
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
    process.destroy(); // SIGTERM
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    process.onExit().join();
  }
}
