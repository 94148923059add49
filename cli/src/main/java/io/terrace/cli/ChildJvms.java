/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles the measured program and starts it in JVMs of its own. None outlives this one. */
final class ChildJvms implements ProgramStarter, AutoCloseable {
  private static final String PROGRAM = "PlainJlama";

  private final Installation installation;
  private final Path model;
  private final Operations operations;
  private final @Nullable DemoTier tier;
  private final RunFolder folder = RunFolder.create();
  private final Set<Process> alive = ConcurrentHashMap.newKeySet();
  private final Thread atExit = new Thread(this::end, "end of the measured programs");
  private volatile boolean keepLogs;

  /**
   * @param tier what programs with reuse share below their memory; null for memory alone
   */
  ChildJvms(Installation installation, Path model, Operations operations, @Nullable DemoTier tier) {
    this.installation = installation;
    this.model = model;
    this.operations = operations;
    this.tier = tier;
    Runtime.getRuntime().addShutdownHook(atExit);
    compile();
  }

  @Override
  public JlamaProgram start(SetUp setUp, String label) {
    folder.emptyTemporary();
    return launch(command(flags(setUp), folder.classes().toString()), label);
  }

  /**
   * Starts a program beside others that go on.
   *
   * @param flags of its JVM
   * @param jars a folder of jars that come first on its class path
   */
  JlamaProgram start(List<String> flags, Path jars, String label) {
    String first = folder.classes() + File.pathSeparator + jars.resolve("*");
    return launch(command(flags, first), label);
  }

  private JlamaProgram launch(List<String> command, String label) {
    Path log = folder.log(label.replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.to(log.toFile()));
    try {
      Process process = builder.start();
      alive.removeIf(earlier -> !earlier.isAlive());
      alive.add(process);
      return new ChildJvm(label, process, log);
    } catch (IOException e) {
      throw CliException.failed("cannot start " + installation.java() + ": " + e.getMessage());
    }
  }

  /** After a failure the logs are worth reading: the run's folder stays. */
  void keepLogs() {
    keepLogs = true;
  }

  /** Where the logs are, as long as they are kept. */
  Path logs() {
    return folder.folder();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    end();
  }

  private List<String> flags(SetUp setUp) {
    List<String> flags = new ArrayList<>(setUp.jvmFlags(installation.agent()));
    if (tier != null && setUp == SetUp.REUSE) {
      flags.addAll(tier.jvmFlags(folder.emptyConfiguration()));
    } else {
      flags.add("-Dterrace.config=" + folder.emptyConfiguration());
    }
    return flags;
  }

  private List<String> command(List<String> flags, String first) {
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(flags);
    command.addAll(operations.jvmFlags());
    command.add("-Djava.io.tmpdir=" + folder.temporary());
    command.addAll(List.of("-cp", classPath(first), PROGRAM, model.toString()));
    return command;
  }

  private String classPath(String first) {
    return first
        + File.pathSeparator
        + installation.jlamaJars().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
  }

  private void compile() {
    Path source = folder.folder().resolve(PROGRAM + ".java");
    try (InputStream in = ChildJvms.class.getResourceAsStream(PROGRAM + ".java")) {
      if (in == null) {
        throw new IllegalStateException("the jar was built without " + PROGRAM + ".java");
      }
      Files.copy(in, source);
    } catch (IOException e) {
      throw CliException.failed("cannot write " + source + ": " + e.getMessage());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw CliException.badInput(installation.java() + " has no compiler: a JDK is needed");
    }
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            folder.classes().toString(),
            "-cp",
            classPath(folder.classes().toString()));
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var task =
          compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source));
      if (!task.call()) {
        throw CliException.failed(source + " does not compile:\n" + messages);
      }
    } catch (IOException e) {
      throw CliException.failed("cannot compile " + source + ": " + e.getMessage());
    }
  }

  /** Also what happens on Ctrl-C. */
  private void end() {
    for (Process process : alive) {
      process.destroyForcibly();
    }
    for (Process process : alive) {
      process.onExit().join(); // what it mapped can be deleted once it is gone
    }
    if (keepLogs) {
      folder.emptyTemporary();
    } else {
      folder.delete();
    }
  }
}
