/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A {@code terrace.yaml} being written. */
final class TerraceYaml {
  // No sign of YAML's own, and not its null: our loader takes everything else as the text it is.
  private static final Pattern PLAIN =
      Pattern.compile("(?!(?:null|Null|NULL)$)[A-Za-z0-9/][A-Za-z0-9/._-]*");
  private static final Pattern NO_LINE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private final List<String> top = new ArrayList<>();
  private final Map<String, List<String>> tiers = new LinkedHashMap<>();
  private final Set<String> set = new HashSet<>();

  /** Whether a text can be written: it has one line, and nothing that cannot be seen. */
  static boolean isWritable(String text) {
    return !NO_LINE.matcher(text).find();
  }

  /** The text with a question mark for whatever cannot be written. */
  static String writable(String text) {
    return NO_LINE.matcher(text).replaceAll("?");
  }

  /** A tier of the stack, after those before. */
  void tier(String name) {
    tiers.putIfAbsent(name, new ArrayList<>());
  }

  /** Whether there is no tier. */
  boolean isEmpty() {
    return tiers.isEmpty();
  }

  /** Whether a tier is in the stack; the empty name stands for all that is in none. */
  boolean has(String tier) {
    return tier.isEmpty() || tiers.containsKey(tier);
  }

  /** Whether a key was set. */
  boolean has(String tier, String key) {
    return set.contains(path(tier, key));
  }

  /**
   * Sets a key.
   *
   * @param tier its tier, which is there; empty for a key that is in none
   * @param from what of LMCache's it was; empty if that goes without saying
   */
  void set(String tier, String key, String value, String from) {
    set.add(path(tier, key));
    lines(tier).add(key + ": " + quoted(value) + (from.isEmpty() ? "" : "  # " + from));
  }

  /** A comment before the key that is set next. */
  void comment(String tier, String text) {
    if (!text.isEmpty()) {
      lines(tier).add("# " + text);
    }
  }

  /**
   * The whole text.
   *
   * @param heading a comment
   * @param note a comment on the stack; empty for none
   */
  String text(String heading, String note) {
    StringBuilder text = new StringBuilder("# " + writable(heading) + "\n\n");
    if (!note.isEmpty()) {
      text.append("# ").append(note).append('\n');
    }
    text.append("stack: [").append(String.join(", ", tiers.keySet())).append("]\n");
    top.forEach(line -> text.append(line).append('\n'));
    if (tiers.values().stream().allMatch(List::isEmpty)) {
      return text.toString();
    }
    text.append("\ntiers:\n");
    tiers.forEach(
        (name, lines) -> {
          if (!lines.isEmpty()) {
            text.append("  ").append(name).append(":\n");
            lines.forEach(line -> text.append("    ").append(line).append('\n'));
          }
        });
    return text.toString();
  }

  private List<String> lines(String tier) {
    return tier.isEmpty() ? top : tiers.computeIfAbsent(tier, name -> new ArrayList<>());
  }

  private static String path(String tier, String key) {
    return tier + "/" + key;
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "''") + "'";
  }
}
