/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.BucketFigures.Moved;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Runs the benchmark that is part of the tier {@code s3}, in a JVM of its own beside the SDK. */
final class BucketBench {
  private static final String MAIN = "io.terrace.tier.s3.BucketBench";

  private final Installation installation;
  private final Progress progress;

  BucketBench(Installation installation, Progress progress) {
    this.installation = installation;
    this.progress = progress;
  }

  /** One measurement, as the program prints it. */
  private record Sample(double bytes, double nanos, double heapBytes) {
    double bytesPerSecond() {
      return bytes / nanos * 1e9;
    }
  }

  /** What is moved in one way: {@code put} or {@code get}, {@code tier} or {@code bare}. */
  private record Way(String call, String by, int chunkMiB, int depth) {}

  /**
   * Measures a bucket.
   *
   * @throws CliException if the program cannot be started, or fails
   */
  List<Moved> measure(
      TierSpec bucket, int rounds, int roundMib, List<Integer> sizes, List<Integer> depths) {
    if (bucket.options().containsKey("bucket")) {
      return run(bucket.options(), rounds, roundMib, sizes, depths);
    }
    try (BucketServer server = BucketServer.start(bucket, installation)) {
      Map<String, String> options = new LinkedHashMap<>(server.options());
      options.putAll(bucket.options());
      return run(options, rounds, roundMib, sizes, depths);
    }
  }

  private List<Moved> run(
      Map<String, String> options,
      int rounds,
      int roundMib,
      List<Integer> sizes,
      List<Integer> depths) {
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", classPath(), MAIN));
    command.addAll(List.of(String.valueOf(rounds), String.valueOf(roundMib)));
    command.addAll(List.of(joined(sizes), joined(depths)));
    options.forEach((name, value) -> command.add(name + "=" + value));
    int total = (rounds + 1) * sizes.size() * depths.size();
    progress.phase("A bucket, " + total + " times");
    Map<Way, List<Sample>> samples = new HashMap<>();
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      read(process, samples);
      int status = process.waitFor();
      if (status != 0) {
        throw CliException.failed("the benchmark ended with status " + status);
      }
    } catch (IOException e) {
      throw CliException.failed("cannot run " + installation.java() + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted");
    }
    progress.phase("");
    List<Moved> moved = new ArrayList<>();
    for (int size : sizes) {
      for (int depth : depths) {
        moved.add(moved(samples, size, depth));
      }
    }
    return moved;
  }

  private void read(Process process, Map<Way, List<Sample>> samples) throws IOException {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        if (words.length != 7) {
          throw CliException.failed("the benchmark says \"" + line + "\"");
        }
        Way way =
            new Way(words[0], words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
        samples
            .computeIfAbsent(way, first -> new ArrayList<>())
            .add(
                new Sample(
                    Double.parseDouble(words[4]),
                    Double.parseDouble(words[5]),
                    Double.parseDouble(words[6])));
        progress.detail(way.chunkMiB() + " MiB, " + way.depth() + " at once");
      }
    }
  }

  private static Moved moved(Map<Way, List<Sample>> samples, int size, int depth) {
    List<Sample> put = samples.get(new Way("put", "tier", size, depth));
    List<Sample> barePut = samples.get(new Way("put", "bare", size, depth));
    List<Sample> get = samples.get(new Way("get", "tier", size, depth));
    List<Sample> bareGet = samples.get(new Way("get", "bare", size, depth));
    if (put == null || barePut == null || get == null || bareGet == null) {
      throw CliException.failed("the benchmark left out " + size + " MiB, " + depth + " at once");
    }
    ToDoubleFunction<Sample> speed = Sample::bytesPerSecond;
    return new Moved(
        size,
        depth,
        Median.of(put, speed),
        Median.of(barePut, speed),
        ratio(put, barePut),
        Median.of(get, speed),
        Median.of(bareGet, speed),
        ratio(get, bareGet),
        Median.of(put, Sample::heapBytes),
        Median.of(get, Sample::heapBytes));
  }

  /** The median of what each round shows. */
  private static double ratio(List<Sample> tier, List<Sample> bare) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < tier.size(); i++) {
      ratios.add(tier.get(i).bytesPerSecond() / bare.get(i).bytesPerSecond());
    }
    return Median.of(ratios, Double::doubleValue);
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The tier's folder, and the contract, which is in the agent's jar. */
  private String classPath() {
    Path tier = installation.agent().resolveSibling("tiers").resolve("s3");
    if (!Files.isDirectory(tier)) {
      throw CliException.badInput("the tier 's3' is not installed: there is no " + tier);
    }
    return tier + "/*" + File.pathSeparator + installation.agent();
  }
}
