/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An annotated YAML file from a spec: defaults are set, all else is commented out. Options of one
 * section have to stand together in the spec.
 */
final class ExampleYaml {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9/._-]*");

  private final StringBuilder out = new StringBuilder();
  private List<String> section = List.of();

  private ExampleYaml() {}

  static String of(ConfigSpec spec) {
    ExampleYaml yaml = new ExampleYaml();
    spec.options().forEach(yaml::add);
    return yaml.out.toString();
  }

  private <T> void add(Option<T> option) {
    List<String> path = Arrays.asList(option.name().split("\\."));
    if (!out.isEmpty()) {
      out.append('\n');
    }
    open(path.subList(0, path.size() - 1));
    line("# " + option.help());
    line("# Wanted: " + option.allowed() + ".");
    T value = option.defaultValue();
    if (value == null) {
      String fallback = option.defaultText();
      line(fallback == null ? "# Must be set." : "# Default: " + fallback + ".");
    }
    String key = path.get(path.size() - 1) + ":" + written(option, option.exampleValue());
    line(value == null ? "# " + key : key);
  }

  private void open(List<String> wanted) {
    int shared = 0;
    while (shared < Math.min(section.size(), wanted.size())
        && section.get(shared).equals(wanted.get(shared))) {
      shared++;
    }
    for (int depth = shared; depth < wanted.size(); depth++) {
      section = wanted.subList(0, depth);
      line(wanted.get(depth) + ":");
    }
    section = wanted;
  }

  private void line(String text) {
    out.append("  ".repeat(section.size())).append(text).append('\n');
  }

  private static <T> String written(Option<T> option, @Nullable T value) {
    if (value == null) {
      return "";
    }
    if (value instanceof List<?> entries) {
      return entries.stream()
          .map(e -> quoted(e.toString()))
          .collect(Collectors.joining(", ", " [", "]"));
    }
    return " " + quoted(option.show(value));
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "''") + "'";
  }
}
