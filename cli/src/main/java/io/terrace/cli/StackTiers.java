/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where the tiers of the measured programs store; each program has a store of its own. */
final class StackTiers implements AutoCloseable {
  private static final String LATENCY = "20ms";
  private static final String BANDWIDTH = "50MB";

  private final Installation installation;
  private final @Nullable BucketServer server;
  private final RunFolder folder;

  /**
   * Starts a server if a set has a bucket.
   *
   * @throws CliException if a tier that is measured is not there
   */
  StackTiers(Installation installation, List<TierSet> sets, List<StackSpeed> speeds) {
    this.installation = installation;
    boolean below = sets.stream().anyMatch(TierSet::goesBelow);
    if (below && speeds.contains(StackSpeed.SLOW)) {
      require(installation.benchTiers());
    }
    boolean bucket = sets.stream().anyMatch(set -> set.tiers().contains("s3"));
    server = bucket ? BucketServer.start(TierSpec.parse("s3", null), installation) : null;
    folder = RunFolder.create();
  }

  private static void require(Path jars) {
    if (!Files.isDirectory(jars)) {
      throw CliException.badInput(
          "--speeds=slow: the slow tier is part of a checkout, and not in "
              + jars
              + "; build one with: mvn -DskipTests package, or give --speeds=fast");
    }
  }

  /**
   * What starts a program with a set of tiers.
   *
   * @param store names the program's own store
   * @param cpuBytes room for pages in the tier in memory
   */
  List<String> jvmFlags(TierSet set, StackSpeed speed, String store, long cpuBytes) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("config", folder.emptyConfiguration().toString());
    keys.put("cache.folder", folder.temporary().resolve("cache-" + speed + "-" + set).toString());
    if (set == TierSet.NONE) {
      keys.put("reuse", "false");
    } else {
      keys.put("stack", String.join(",", set.tiers()));
    }
    for (String tier : set.tiers()) {
      if (tier.equals("cpu")) {
        keys.put("tiers.cpu.capacity", String.valueOf(cpuBytes));
      } else {
        keys.putAll(below(tier, speed, options(tier, store)));
      }
    }
    List<String> flags = new ArrayList<>(List.of("-javaagent:" + installation.agent()));
    keys.forEach((key, value) -> flags.add("-Dterrace." + key + "=" + value));
    return flags;
  }

  private Map<String, String> options(String tier, String store) {
    if (tier.equals("nfs")) {
      Path root = folder.temporary().resolve(store);
      try {
        Files.createDirectories(root);
      } catch (IOException e) {
        throw CliException.failed("cannot make " + root + ": " + Messages.why(e, root));
      }
      return Map.of("root", root.toString());
    }
    if (server == null) {
      throw new IllegalStateException("no server was started for " + tier);
    }
    Map<String, String> options = server.options();
    options.put("prefix", store);
    return options;
  }

  private Map<String, String> below(String tier, StackSpeed speed, Map<String, String> options) {
    Map<String, String> keys = new LinkedHashMap<>();
    String prefix = "tiers." + tier + ".";
    if (speed == StackSpeed.FAST) {
      options.forEach((name, value) -> keys.put(prefix + name, value));
      return keys;
    }
    String settings =
        options.entrySet().stream()
            .map(option -> option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining(","));
    keys.put(prefix + "type", "slow");
    keys.put(prefix + "of", tier);
    keys.put(prefix + "jars", installation.tier(tier).toString());
    keys.put(prefix + "settings", settings);
    keys.put(prefix + "latency", LATENCY);
    keys.put(prefix + "bandwidth", BANDWIDTH);
    return keys;
  }

  /** What is on the class path of a program, for its tiers. */
  Path jars() {
    return installation.benchTiers();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    folder.delete();
  }
}
