/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.cli.soak.SoakOutcome;
import io.terrace.cli.soak.SoakProgram;
import io.terrace.cli.soak.SoakProgress;
import io.terrace.cli.soak.SoakReference;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs the soak's program, one process after the other. None outlives this one. */
final class SoakJvms implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Installation installation;
  private final Map<String, String> bucket;
  private final Duration deadline;
  private final Duration every;
  private final Path benchTiers;
  private final RunFolder folder = RunFolder.create();
  private final Thread atExit = new Thread(this::end, "end of the soak");
  private volatile @Nullable Process running;
  private volatile boolean keepLogs;

  /**
   * @param bucket what the tier of buckets is told
   * @param deadline how long a read of a tier may take
   * @param every mean time between two of the commonest faults of one kind
   */
  SoakJvms(
      Installation installation, Map<String, String> bucket, Duration deadline, Duration every) {
    this.installation = installation;
    this.bucket = bucket;
    this.deadline = deadline;
    this.every = every;
    benchTiers = installation.benchTiers();
    if (!Files.isDirectory(benchTiers)) {
      throw CliException.badInput(
          "the tiers that fail on purpose are part of a checkout, and not in " + benchTiers);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Is told of the progress, once a second. */
  @FunctionalInterface
  interface Listener {
    void progress(int second, SoakProgress now);
  }

  /** Where one process writes what it answered without reuse, for the other. */
  Path referenceFile() {
    return folder.folder().resolve("reference.json");
  }

  /** The folder of what tiers store. */
  Path stores() {
    return folder.folder().resolve("stores");
  }

  void keepLogs() {
    keepLogs = true;
  }

  /** Where the logs are, as long as they are kept. */
  Path logs() {
    return folder.folder();
  }

  /** Runs the process without reuse. */
  void refer(List<String> arguments) {
    run("reference", List.of("-Dterrace.reuse=false"), arguments, line -> {});
  }

  /** What it has written. */
  SoakReference reference() {
    try {
      return SoakReference.read(referenceFile());
    } catch (IOException e) {
      throw CliException.failed("the answers without reuse cannot be read: " + e.getMessage());
    }
  }

  /** Runs the process with reuse. */
  SoakOutcome soak(List<String> arguments, long seed, Listener listener) {
    List<SoakOutcome> outcomes = new ArrayList<>();
    int[] seconds = {0};
    run(
        "soak",
        stack(seed),
        arguments,
        line -> {
          if (line.has("progress")) {
            listener.progress(
                ++seconds[0], JSON.treeToValue(line.get("progress"), SoakProgress.class));
          } else {
            outcomes.add(JSON.treeToValue(line.get("outcome"), SoakOutcome.class));
          }
        });
    if (outcomes.size() != 1) {
      throw CliException.failed(
          "the soak gave " + outcomes.size() + " outcomes, wanted one" + log("soak").pointer());
    }
    return outcomes.get(0);
  }

  /** Memory that is short, and below it a volume and a bucket that fail. */
  private List<String> stack(long seed) {
    Path volume = stores().resolve("nfs");
    try {
      Files.createDirectories(volume);
    } catch (IOException e) {
      throw CliException.failed("cannot make " + volume + ": " + e.getMessage());
    }
    List<String> flags = new ArrayList<>();
    flags.add("-Dterrace.stack=cpu,nfs,s3");
    flags.add("-Dterrace.spill.bytes=2MiB");
    flags.add("-Dterrace.staging.bytes=1MiB");
    Map<String, String> ofVolume = new LinkedHashMap<>();
    ofVolume.put("root", volume.toString());
    ofVolume.put("capacity", "8MiB");
    flags.addAll(faulty("nfs", ofVolume, seed));
    flags.addAll(faulty("s3", bucket, seed + 1));
    return flags;
  }

  private List<String> faulty(String type, Map<String, String> settings, long seed) {
    String prefix = "-Dterrace.tiers." + type + ".";
    return List.of(
        prefix + "type=faulty",
        prefix + "of=" + type,
        prefix + "jars=" + installation.agent().resolveSibling("tiers").resolve(type),
        prefix
            + "settings="
            + settings.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(",")),
        prefix + "seed=" + seed,
        prefix + "every=" + every.toMillis() + "ms",
        prefix + "timeout=" + deadline.toMillis() + "ms");
  }

  /** Takes a line of the program. */
  @FunctionalInterface
  private interface Lines {
    void take(JsonNode line) throws JsonProcessingException;
  }

  private LogFile log(String label) {
    return new LogFile(folder.log(label));
  }

  private void run(String label, List<String> flags, List<String> arguments, Lines lines) {
    ProcessBuilder builder =
        new ProcessBuilder(command(flags, arguments))
            .redirectError(Redirect.to(folder.log(label).toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("TERRACE_"));
    String last = "";
    try {
      Process process = builder.start();
      running = process;
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          last = line;
          lines.take(JSON.readTree(line));
        }
      }
      int status = process.waitFor();
      if (status != 0) {
        throw CliException.failed(
            "the program ("
                + label
                + ") ended with status "
                + status
                + "; its last lines:"
                + log(label).lastLines());
      }
    } catch (JsonProcessingException e) {
      throw CliException.failed(
          "the program (" + label + ") said \"" + last + "\", no JSON" + log(label).pointer());
    } catch (IOException e) {
      throw CliException.failed("the program (" + label + ") was lost: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted");
    }
  }

  private List<String> command(List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m"));
    command.add("-javaagent:" + installation.agent());
    command.add("-Dterrace.config=" + folder.emptyConfiguration());
    command.add("-Dterrace.cache.folder=" + folder.folder().resolve("cache"));
    command.add("-Dterrace.chunkTokens=32");
    command.add("-Dterrace.pool.bytes=4MiB");
    command.add("-Dterrace.debug.checkPages=true");
    command.addAll(flags);
    command.add("-Djava.io.tmpdir=" + folder.temporary());
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(List.of("-cp", classPath(), SoakProgram.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /** This command's own jar, for the program; Jlama's; and tiers as an application brings them. */
  private String classPath() {
    List<Path> entries = new ArrayList<>(List.of(ownJar()));
    entries.addAll(installation.jlamaJars());
    try (Stream<Path> jars = Files.list(benchTiers)) {
      jars.filter(jar -> jar.toString().endsWith(".jar")).forEach(entries::add);
    } catch (IOException e) {
      throw CliException.failed("cannot read " + benchTiers + ": " + e.getMessage());
    }
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static Path ownJar() {
    try {
      return Path.of(SoakProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path entry that is no file", e);
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    end();
  }

  /** Also what happens on Ctrl-C. */
  private void end() {
    Process process = running;
    if (process != null) {
      process.destroyForcibly();
      process.onExit().join();
    }
    if (keepLogs) {
      folder.emptyTemporary();
    } else {
      folder.delete();
    }
  }
}
