/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A Java process that runs one program: as the application's command line would, with the agent or
 * without. Not for use by several threads.
 */
final class ChildJvm {
  private static final long DEADLINE_SECONDS = 120;

  private final String program;
  private final List<String> flags = new ArrayList<>();
  private final Map<String, String> variables = new HashMap<>();
  private List<Path> classPath = classPath(name -> true);

  private ChildJvm(Class<?> program) {
    this.program = program.getName();
    flags.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1", // programs are short
            "-XX:+UseSerialGC",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"));
  }

  /** A process for a program, as without the plugin. */
  static ChildJvm of(Class<?> program) {
    return new ChildJvm(program);
  }

  /** The jar under test. */
  static Path agentJar() {
    return Path.of(Objects.requireNonNull(System.getProperty("terrace.test.agent"))).normalize();
  }

  /** The entries of this process' class path whose file name is wanted. */
  static List<Path> classPath(Predicate<String> wanted) {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(entry -> wanted.test(String.valueOf(entry.getFileName())))
        .toList();
  }

  /** The programs, and nothing that knows Jlama: for those that load it by themselves. */
  static List<Path> programs() {
    return classPath(name -> name.equals("test-classes"));
  }

  /** Jlama and what it needs, as far as the file name is wanted. */
  static List<Path> jlama(Predicate<String> wanted) {
    return classPath(name -> name.endsWith(".jar") && wanted.test(name));
  }

  /** With the agent's jar. */
  ChildJvm agent() {
    return agent(agentJar());
  }

  /**
   * With a copy of the agent's jar. What tiers have is waited for: how fast this machine computes
   * decides nothing.
   */
  ChildJvm agent(Path jar) {
    return flag("-javaagent:" + jar).property("terrace.loading.patience", "60s");
  }

  ChildJvm flag(String flag) {
    flags.add(flag);
    return this;
  }

  ChildJvm property(String name, String value) {
    return flag("-D" + name + "=" + value);
  }

  /** Variables of its environment, beside those of this process. */
  ChildJvm variables(Map<String, String> more) {
    variables.putAll(more);
    return this;
  }

  /** Several properties: a key, its value, and so on. */
  ChildJvm properties(String... keysAndValues) {
    for (int i = 0; i < keysAndValues.length; i += 2) {
      property(keysAndValues[i], keysAndValues[i + 1]);
    }
    return this;
  }

  /** In place of the class path of this process. */
  ChildJvm on(List<Path> entries) {
    classPath = List.copyOf(entries);
    return this;
  }

  /** Before everything else on the class path. */
  ChildJvm first(Path entry) {
    List<Path> entries = new ArrayList<>(List.of(entry));
    entries.addAll(classPath);
    return on(entries);
  }

  /** Runs the program to its end; past the deadline it is killed, and the test fails. */
  Result run(Object... arguments) throws IOException, InterruptedException {
    return run(process -> {}, arguments);
  }

  /**
   * As above.
   *
   * @param started is given the process, once it runs
   */
  Result run(Consumer<Process> started, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(program);
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return start(command, variables, started);
  }

  private static Result start(
      List<String> command, Map<String, String> variables, Consumer<Process> started)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("terrace-child-jvm");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile()) // where no terrace.yaml lies
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TERRACE_"));
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(variables);
    Process process = builder.start();
    started.accept(process);
    try {
      boolean ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
      Result result =
          new Result(
              ended ? process.exitValue() : -1, Files.readAllLines(out), Files.readAllLines(err));
      if (!ended) {
        throw new AssertionError("not ended after " + DEADLINE_SECONDS + " s: " + result);
      }
      return result;
    } finally {
      process.destroyForcibly().waitFor();
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
      Files.deleteIfExists(folder);
    }
  }

  /** How a process ended and what it wrote. */
  record Result(int exit, List<String> out, List<String> err) {
    /** What the plugin wrote, line by line, without its prefix. */
    List<String> said() {
      return err.stream()
          .filter(line -> line.startsWith("[terrace] "))
          .map(line -> line.substring("[terrace] ".length()))
          .toList();
    }

    /** What the plugin warned of. */
    List<String> warnings() {
      return said().stream()
          .filter(line -> line.startsWith("WARN "))
          .map(line -> line.substring("WARN ".length()))
          .toList();
    }

    /** The lines of output that begin with a word, without it. */
    List<String> lines(String word) {
      return out.stream()
          .filter(line -> line.startsWith(word + " "))
          .map(line -> line.substring(word.length() + 1))
          .toList();
    }

    /** The only line that begins with a word, without it. */
    String line(String word) {
      List<String> lines = lines(word);
      if (lines.size() != 1) {
        throw new AssertionError(
            "wanted one line '" + word + " ...', got " + lines + " in " + this);
      }
      return lines.getFirst();
    }

    /**
     * What belongs to one of several runs in the process, each begun by a line {@code == name} in
     * output and errors.
     */
    Result section(String name) {
      return new Result(exit, section(out, name), section(err, name));
    }

    private static List<String> section(List<String> lines, String name) {
      int begin = lines.indexOf("== " + name);
      if (begin < 0) {
        return List.of();
      }
      List<String> rest = lines.subList(begin + 1, lines.size());
      return rest.stream().takeWhile(line -> !line.startsWith("== ")).toList();
    }

    @Override
    public String toString() {
      return "exit "
          + exit
          + "\n--- output\n"
          + String.join("\n", out)
          + "\n--- errors\n"
          + String.join("\n", err);
    }
  }
}
