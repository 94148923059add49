/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM under the agent with settings of its own, that runs what a test gives it. One caller at a
 * time.
 */
final class Child implements AutoCloseable {
  /** Work for the child: a lambda, together with what it needs. Its result must be serializable. */
  interface Work<R> extends Serializable {
    R run(ChildModels models) throws Exception;
  }

  private final Process process;
  private final Thread errorReader;
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final ObjectOutputStream requests;
  private final ObjectInputStream answers;

  private Child(Process process) throws IOException {
    this.process = process;
    errorReader = Thread.ofVirtual().start(this::readErrors);
    requests = new ObjectOutputStream(process.getOutputStream());
    requests.flush();
    answers = new ObjectInputStream(process.getInputStream());
  }

  /** Starts a JVM as this one was, with these properties as well ({@code name=value}). */
  static Child start(String... properties) {
    return start(Map.of(), properties);
  }

  /** As {@link #start(String...)}, with these environment variables as well. */
  static Child start(Map<String, String> variables, String... properties) {
    List<String> command = command(properties);
    command.add(ChildMain.class.getName());
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(variables);
      return new Child(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    }
  }

  /** What starts a JVM as this one was, up to the name of the program. */
  static List<String> command(String... properties) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-javaagent:" + System.getProperty("terrace.test.agent"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    command.add("-Dterrace.chunkTokens=" + Operations.CHUNK);
    command.add("-Dterrace.cache.folder=" + Path.of("target", "cache").toAbsolutePath());
    command.add("-Djlama.force_panama_tensor_operations=" + Operations.arePanama());
    command.add("-Dterrace.device=" + System.getProperty("terrace.device", "host"));
    for (String property : properties) {
      command.add("-D" + property);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }

  private void readErrors() {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(errors::add);
    } catch (IOException | UncheckedIOException e) {
      errors.add(e.toString());
    }
  }

  /** Runs work in the child; what it throws is thrown here. */
  synchronized <R> R call(Work<R> work) {
    try {
      requests.writeObject(work);
      requests.flush();
      Object answer = answers.readObject();
      if (answer instanceof ChildMain.Failure failure) {
        throw new AssertionError("in the child: " + failure.trace());
      }
      @SuppressWarnings("unchecked") // what the work returned
      R result = (R) answer;
      return result;
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError("the child ended; it said: " + String.join("\n", errors), e);
    }
  }

  /** Ends the child and returns all lines of its standard error. */
  List<String> end() throws InterruptedException {
    close();
    errorReader.join(TimeUnit.SECONDS.toMillis(20));
    return List.copyOf(errors);
  }

  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
