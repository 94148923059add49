/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of one owner, in the order of documents. Immutable, safe for concurrent use.
 *
 * <p>Names are relative; what reads or prints whole keys is given the owner's prefix, which is
 * empty or ends with a dot ({@code "tiers.cpu."}).
 */
public final class ConfigSpec {
  private final Map<String, Option<?>> byName;

  private ConfigSpec(Map<String, Option<?>> byName) {
    this.byName = byName;
  }

  /**
   * Puts options together.
   *
   * @throws IllegalArgumentException if two names are equal or would be the same environment
   *     variable, if one name is a section of another ({@code pool} and {@code pool.bytes}), or if
   *     a default breaks its own bounds
   */
  public static ConfigSpec of(Option<?>... options) {
    Map<String, Option<?>> byName = new LinkedHashMap<>();
    for (Option<?> option : options) {
      byName.keySet().forEach(other -> refuseClash(other, option.name()));
      refuseBadDefault(option);
      byName.put(option.name(), option);
    }
    return new ConfigSpec(byName);
  }

  /** All options, in order. */
  public List<Option<?>> options() {
    return List.copyOf(byName.values());
  }

  /** The option of this relative name. */
  public Optional<Option<?>> option(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The known relative name that {@code wrong} was probably meant to be. */
  public Optional<String> nearest(String wrong) {
    return nearest(wrong, byName.keySet());
  }

  /**
   * The known name that {@code wrong} was probably meant to be: the one it is the end of, else the
   * one with the fewest letters changed, dropped, added or swapped, capitals aside; empty if all
   * are too far away to be helpful.
   */
  public static Optional<String> nearest(String wrong, Collection<String> known) {
    return NearestName.of(wrong, known);
  }

  /**
   * A dotted name as part of an environment variable: upper case, {@code _} for dots and dashes.
   * {@code prefixIndex.bytes} gives {@code PREFIXINDEX_BYTES}.
   */
  public static String variableForm(String name) {
    return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /**
   * A Markdown table of the options: key, type, default, allowed, help.
   *
   * @param prefix put before each name
   */
  public String markdownTable(String prefix) {
    String rows =
        byName.values().stream().map(option -> row(prefix, option)).collect(Collectors.joining());
    return "| key | type | default | allowed | what it does |\n|---|---|---|---|---|\n" + rows;
  }

  @Nullable Option<?> find(String name) {
    return byName.get(name);
  }

  private static String row(String prefix, Option<?> option) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            prefix + option.name(),
            option.typeName(),
            cell(defaultCell(option)),
            cell(option.allowed()),
            cell(option.help()));
  }

  private static String defaultCell(Option<?> option) {
    String text = option.defaultText();
    if (text == null) {
      return "must be set";
    }
    return option.defaultValue() == null ? text : "`" + text + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  private static void refuseClash(String one, String other) {
    if (variableForm(one).equals(variableForm(other))) {
      throw new IllegalArgumentException(
          "options '" + one + "' and '" + other + "' would be one environment variable");
    }
    if (one.startsWith(other + ".") || other.startsWith(one + ".")) {
      throw new IllegalArgumentException(
          "options '" + one + "' and '" + other + "': one is a section of the other");
    }
  }

  private static <T> void refuseBadDefault(Option<T> option) {
    T example = option.exampleValue();
    if (example != null && !option.allows(example)) {
      throw new IllegalArgumentException(
          "option "
              + option.name()
              + ": its default or example is "
              + option.show(example)
              + ", wanted "
              + option.allowed());
    }
  }
}
