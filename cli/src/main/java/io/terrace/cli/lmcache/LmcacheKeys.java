/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import io.terrace.cli.lmcache.Converted.Value;
import io.terrace.cli.lmcache.Converted.Without;
import io.terrace.cli.lmcache.Converted.Wrong;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.RawSetting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The keys of a file of LMCache's, and what has become of each. A key that is null, empty or, where
 * a path or URL belongs, false counts as not set, as for LMCache.
 */
final class LmcacheKeys {
  /** LMCache's section for keys of single backends. */
  static final String EXTRA = "extra_config.";

  private static final Set<String> OFF_BY_FALSE = Set.of("local_disk", "gds_path", "remote_url");
  private static final String SECTION = "extra_config";
  // A URL may hold a password, and the section, if it is written as one text, anything.
  private static final Set<String> HIDDEN = Set.of("remote_url", SECTION, "s3_endpoint");

  private final List<RawSetting> all;
  private final Map<String, RawSetting> byName = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> reasons = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  LmcacheKeys(List<RawSetting> settings) {
    all = settings.stream().filter(LmcacheKeys::isSet).toList();
    all.forEach(raw -> byName.put(raw.key(), raw));
    for (RawSetting raw : all) {
      if (belongsBelow(raw.key()) && byName.putIfAbsent(EXTRA + raw.key(), raw) != null) {
        reasons.put(raw.key(), "LMCache reads '" + EXTRA + raw.key() + "', which is set, too");
      }
    }
    find(SECTION).ifPresent(raw -> problem(raw, "a map of the keys of single backends"));
  }

  private static boolean isSet(RawSetting raw) {
    boolean off =
        OFF_BY_FALSE.contains(raw.key())
            && Conversions.bool(raw).filter(value -> !value).isPresent();
    return !off && raw.parts().stream().anyMatch(part -> !part.isBlank());
  }

  /** Many write these beside the section, where LMCache does not look. */
  private static boolean belongsBelow(String key) {
    return key.startsWith("s3_") || key.startsWith("aws_") || key.equals("disable_tls");
  }

  /** How many keys are set. */
  int count() {
    return all.size();
  }

  /** Whether any key is one that LMCache or this package knows. */
  boolean areOfLmcache() {
    return all.stream().anyMatch(raw -> Reasons.find(raw.key()).isPresent() || isMapped(raw));
  }

  private static boolean isMapped(RawSetting raw) {
    return raw.key().equals(SECTION)
        || Mapping.NAMES.contains(raw.key())
        || Mapping.NAMES.contains(EXTRA + raw.key());
  }

  /** What is set under a name, taken or not. */
  Optional<RawSetting> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * Converts what is set under a name, and keeps what becomes of it; empty if nothing is set, or it
   * has no counterpart or is wrong.
   */
  Optional<String> convert(String name, Function<RawSetting, Converted> conversion) {
    RawSetting raw = byName.get(name);
    if (raw == null) {
      return Optional.empty();
    }
    return switch (conversion.apply(raw)) {
      case Value value -> {
        take(raw);
        if (value.rest() != null) {
          leave(name, value.rest());
        }
        yield Optional.of(value.text());
      }
      case Without without -> {
        leave(name, without.reason());
        yield Optional.empty();
      }
      case Wrong wrong -> {
        problem(raw, wrong.wanted());
        yield Optional.empty();
      }
    };
  }

  /** A value that is true, false, or not set; a wrong one is a problem. */
  boolean isTrue(String name, boolean unset) {
    Optional<RawSetting> raw = find(name);
    raw.filter(value -> Conversions.bool(value).isEmpty())
        .ifPresent(value -> problem(value, "true or false"));
    return raw.flatMap(Conversions::bool).orElse(unset);
  }

  /** Notes that a key has its counterpart. */
  void take(RawSetting raw) {
    taken.add(raw.key());
  }

  /** Notes that a key, or a part of it, has none, if it is set. The first reason stands. */
  void leave(String name, String reason) {
    find(name).ifPresent(raw -> reasons.putIfAbsent(raw.key(), reason));
  }

  /** Notes that a value is not one that LMCache takes. */
  void problem(RawSetting raw, String wanted) {
    String shown =
        switch (raw.shape()) {
          case TEXT -> "is '" + shown(raw) + "'";
          case LIST -> "is a list";
          case NOTHING -> "has no value";
        };
    take(raw);
    problems.add(raw.origin() + ": '" + raw.key() + "' " + shown + ", wanted " + wanted);
  }

  private static String shown(RawSetting raw) {
    String below = raw.key().startsWith(EXTRA) ? raw.key().substring(EXTRA.length()) : raw.key();
    boolean hidden = HIDDEN.contains(below) || below.startsWith("aws_");
    return hidden ? "***" : TerraceYaml.writable(raw.parts().get(0));
  }

  /**
   * Throws what was noted.
   *
   * @throws ConfigException if there was a problem
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** One line for each key that has no counterpart, or only a part of one; never its value. */
  List<String> leftOut() {
    List<String> lines = new ArrayList<>();
    for (RawSetting raw : all) {
      String reason = reasons.get(raw.key());
      if (reason != null || !taken.contains(raw.key())) {
        lines.add(
            raw.origin()
                + ": "
                + raw.key()
                + ": "
                + (reason != null ? reason : Reasons.of(raw.key())));
      }
    }
    return lines;
  }
}
