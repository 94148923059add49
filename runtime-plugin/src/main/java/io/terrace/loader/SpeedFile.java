/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.engine.Speeds;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Keeps {@link Speeds} in a small file from one process for the next. They make the first requests
 * of a process better and nothing wrong: a file that is missing or damaged counts as none.
 */
final class SpeedFile {
  private static final String TIER = "tier.";
  private static final String MODEL = "model.";

  private final Path file;
  private final PluginLog log;

  SpeedFile(Path file, PluginLog log) {
    this.file = file;
    this.log = log;
  }

  /** What was written last; what cannot be read of it is left out. */
  Speeds read() {
    Properties lines = new Properties();
    if (!Files.exists(file)) {
      return Speeds.NONE;
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      lines.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("speeds measured before are not known: cannot read " + file + ": " + e);
      return Speeds.NONE;
    }
    Map<String, Speeds.OfTier> tiers = new TreeMap<>();
    Map<String, Speeds.OfModel> models = new TreeMap<>();
    for (String key : lines.stringPropertyNames()) {
      double[] numbers = numbers(lines.getProperty(key));
      if (key.startsWith(TIER) && numbers.length == 3) {
        Speeds.OfTier tier = new Speeds.OfTier(numbers[0], numbers[1], numbers[2]);
        tiers.put(key.substring(TIER.length()), tier);
      } else if (key.startsWith(MODEL) && numbers.length == 2) {
        models.put(key.substring(MODEL.length()), new Speeds.OfModel(numbers[0], numbers[1]));
      }
    }
    return new Speeds(tiers, models);
  }

  /** The numbers of a line; none if one of them is none, or makes no sense. */
  private static double[] numbers(String line) {
    try {
      double[] numbers = Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
      boolean sensible =
          Arrays.stream(numbers).allMatch(n -> Double.isNaN(n) || (n >= 0 && n < 1e15));
      return sensible ? numbers : new double[0];
    } catch (NumberFormatException e) {
      return new double[0];
    }
  }

  /** Replaces the file; what others wrote meanwhile of other tiers and models stays. */
  void write(Speeds speeds) {
    Speeds before = read();
    Properties lines = new Properties();
    put(lines, before);
    put(lines, speeds);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path part = Files.createTempFile(file.toAbsolutePath().getParent(), "speeds", ".part");
      try (Writer writer = Files.newBufferedWriter(part)) {
        lines.store(writer, "Nanoseconds, measured: tiers (latency, a byte, a look), models");
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("the next process measures speeds anew: cannot write " + file + ": " + e);
    }
  }

  private static void put(Properties lines, Speeds speeds) {
    speeds
        .tiers()
        .forEach(
            (name, tier) ->
                lines.setProperty(
                    TIER + name,
                    tier.latencyNanos() + " " + tier.nanosPerByte() + " " + tier.probeNanos()));
    speeds
        .models()
        .forEach(
            (name, model) ->
                lines.setProperty(MODEL + name, model.perToken() + " " + model.perTokenAndDepth()));
  }
}
