/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The types that an option can have. */
final class OptionTypes {
  static final OptionType<Boolean> BOOL =
      OptionType.unordered("boolean", "true or false", OptionTypes::parseBool, String::valueOf);
  static final OptionType<Integer> INTEGER =
      OptionType.ordered("int", "a whole number", Integer::valueOf, String::valueOf);
  static final OptionType<Long> LONG =
      OptionType.ordered("long", "a whole number", Long::valueOf, String::valueOf);
  static final OptionType<Long> BYTES =
      OptionType.ordered(
          "bytes", "a size such as 64MiB, 2GB or 1048576", Units.BYTES::parse, Units.BYTES::render);
  static final OptionType<Duration> DURATION =
      OptionType.ordered(
          "duration",
          "a duration such as 30s or 250ms",
          text -> Duration.ofNanos(Units.NANOS.parse(text)),
          value -> Units.NANOS.render(value.toNanos()));
  static final OptionType<String> STRING =
      OptionType.unordered("string", "a text", text -> text, text -> text);
  static final OptionType<Path> PATH =
      OptionType.unordered("path", "a path", OptionTypes::parsePath, Path::toString);
  static final OptionType<List<String>> STRINGS =
      new OptionType<>(
          "list",
          "a list",
          OptionTypes::parseStrings,
          values -> String.join(", ", values),
          null,
          true);

  private OptionTypes() {}

  static <E extends Enum<E>> OptionType<E> choice(Class<E> constants) {
    List<E> all = Arrays.asList(constants.getEnumConstants());
    String names = all.stream().map(OptionTypes::written).collect(Collectors.joining(", "));
    return OptionType.unordered(
        "choice", "one of " + names, text -> parseChoice(all, text), OptionTypes::written);
  }

  /** The parts of a list that was written as one text. */
  static List<String> split(String text) {
    return text.isBlank() ? List.of() : Stream.of(text.split(",", -1)).map(String::strip).toList();
  }

  private static <E extends Enum<E>> E parseChoice(List<E> all, String text) {
    return all.stream()
        .filter(constant -> written(constant).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such choice"));
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Boolean parseBool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("not a boolean");
    };
  }

  private static Path parsePath(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("empty path");
    }
    return Path.of(text);
  }

  private static List<String> parseStrings(List<String> parts) {
    if (parts.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("empty entry");
    }
    return List.copyOf(parts);
  }
}
