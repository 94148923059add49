/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import io.terrace.cli.lmcache.Mapping.Row;
import io.terrace.config.YamlFile;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.ConfigSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Turns a configuration of LMCache's into one of ours. */
public final class LmcacheImport {
  private final LmcacheKeys keys;
  private final TerraceYaml yaml = new TerraceYaml();

  private LmcacheImport(LmcacheKeys keys) {
    this.keys = keys;
  }

  /**
   * What became of a file.
   *
   * @param yaml a whole {@code terrace.yaml}; no secret is in it
   * @param converted how many keys have a counterpart for all that they say
   * @param leftOut one line for each of the others: where, which key, why; no value
   */
  public record Imported(String yaml, int converted, List<String> leftOut) {
    /** Copies the list. */
    public Imported {
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * Reads and converts a file.
   *
   * @throws ConfigException with all problems, if it is no YAML, has no key of LMCache's, or a
   *     value that LMCache does not take; secrets are not shown
   */
  public static Imported read(Path file) {
    List<String> problems = new ArrayList<>();
    String name = file.toString();
    LmcacheKeys keys = new LmcacheKeys(YamlFile.read(file, name, name, problems::add));
    if (problems.isEmpty() && !keys.areOfLmcache()) {
      problems.add(
          name + ": no key of LMCache's is set, wanted a file as LMCACHE_CONFIG_FILE names");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new LmcacheImport(keys).converted(name);
  }

  private Imported converted(String name) {
    String note = new LmcacheTiers(keys, yaml).write();
    Mapping.VALUES.forEach(this::value);
    Mapping.SECRETS.forEach(this::secret);
    keys.check();
    List<String> leftOut = keys.leftOut();
    String heading = "From " + name + ", by terrace config import.";
    return new Imported(yaml.text(heading, note), keys.count() - leftOut.size(), leftOut);
  }

  private void value(Row row) {
    List<String> tiers = row.tiers().stream().filter(yaml::has).toList();
    if (tiers.isEmpty()) {
      keys.leave(row.from(), Reasons.concerns(row.tiers()));
    } else if (tiers.stream().anyMatch(tier -> yaml.has(tier, row.to()))) {
      keys.leave(row.from(), "'" + row.to() + "' is set by another key");
    } else {
      keys.convert(row.from(), row.conversion())
          .ifPresent(value -> tiers.forEach(tier -> write(row, tier, value)));
    }
  }

  private void write(Row row, String tier, String value) {
    yaml.comment(tier, row.note());
    yaml.set(tier, row.to(), value, row.from());
  }

  /** Names the variable that the secret comes from: a file is read by more people than it. */
  private void secret(Row row) {
    String tier = row.tiers().get(0);
    if (!yaml.has(tier)) {
      keys.leave(row.from(), Reasons.concerns(row.tiers()));
    } else if (keys.convert(row.from(), row.conversion()).isPresent()) {
      String variable = ConfigSpec.variableForm("terrace.tiers." + tier + "." + row.to());
      yaml.comment(tier, row.to() + ": from the environment variable " + variable);
      keys.leave(row.from(), "a secret, not copied: set the environment variable " + variable);
    }
  }
}
