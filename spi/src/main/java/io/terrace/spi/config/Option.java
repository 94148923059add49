/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one declaration of a configuration key: name, type, default, bounds, help, and whether its
 * value is a secret.
 *
 * <p>The name is dotted and relative to the owner's prefix: {@code capacity} of the tier {@code
 * cpu} is written {@code tiers.cpu.capacity} by the user. An option must be set unless {@link
 * #defaultsTo} or {@link #computed} says what holds without it.
 *
 * <p>Immutable: every method that changes something returns a new option. Safe for concurrent use.
 *
 * @param <T> type of the value
 */
public final class Option<T> {
  private static final Pattern NAME =
      Pattern.compile("[a-z][a-zA-Z0-9]*([.-][a-zA-Z0-9]+)*", Pattern.DOTALL);

  private final String name;
  private final OptionType<T> type;
  private final String help;
  private final List<Rule<T>> rules;
  private final Fallback<T> fallback;
  private final boolean secret;

  private Option(
      String name,
      OptionType<T> type,
      String help,
      List<Rule<T>> rules,
      Fallback<T> fallback,
      boolean secret) {
    this.name = name;
    this.type = type;
    this.help = help;
    this.rules = List.copyOf(rules);
    this.fallback = fallback;
    this.secret = secret;
  }

  private static <T> Option<T> declare(String name, OptionType<T> type, String help) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "option name '" + name + "': wanted words of letters and digits joined by '.' or '-'");
    }
    return new Option<>(name, type, help, List.of(), Fallback.none(), false);
  }

  /** {@code true} or {@code false}. */
  public static Option<Boolean> bool(String name, String help) {
    return declare(name, OptionTypes.BOOL, help);
  }

  /** A whole number of 32 bits. */
  public static Option<Integer> integer(String name, String help) {
    return declare(name, OptionTypes.INTEGER, help);
  }

  /** A whole number of 64 bits. */
  public static Option<Long> longInteger(String name, String help) {
    return declare(name, OptionTypes.LONG, help);
  }

  /**
   * A size, never negative. Written as {@code 64MiB} (binary units KiB, MiB, GiB, TiB), {@code 2GB}
   * (decimal units kB, MB, GB, TB), or a plain number of bytes.
   */
  public static Option<Long> bytes(String name, String help) {
    return declare(name, OptionTypes.BYTES, help);
  }

  /**
   * A span of time, never negative, at most 2^63-1 ns. Written as {@code 30s} or {@code 250ms};
   * units ns, us, ms, s, m, h, d.
   */
  public static Option<Duration> duration(String name, String help) {
    return declare(name, OptionTypes.DURATION, help);
  }

  /**
   * One constant of an enum, written in lower case with dashes: {@code READ_ONLY} as {@code
   * read-only}.
   */
  public static <E extends Enum<E>> Option<E> choice(String name, Class<E> constants, String help) {
    return declare(name, OptionTypes.choice(constants), help);
  }

  /** Any text, the empty one included. */
  public static Option<String> string(String name, String help) {
    return declare(name, OptionTypes.STRING, help);
  }

  /** A path of the default file system; whether anything lies there is not looked at. */
  public static Option<Path> path(String name, String help) {
    return declare(name, OptionTypes.PATH, help);
  }

  /** A list of non-empty texts: a YAML list, or one text with commas between. */
  public static Option<List<String>> strings(String name, String help) {
    return declare(name, OptionTypes.STRINGS, help);
  }

  /**
   * Refuses values below {@code least}.
   *
   * @throws IllegalStateException if values of this type have no order
   */
  public Option<T> min(T least) {
    Comparator<? super T> order = order();
    return with(new Rule<>("at least " + render(least), v -> order.compare(v, least) >= 0));
  }

  /**
   * Refuses values above {@code most}.
   *
   * @throws IllegalStateException if values of this type have no order
   */
  public Option<T> max(T most) {
    Comparator<? super T> order = order();
    return with(new Rule<>("at most " + render(most), v -> order.compare(v, most) <= 0));
  }

  /** Refuses values other than these. */
  @SafeVarargs
  @SuppressWarnings("varargs") // copied into a list, never written
  public final Option<T> oneOf(T... values) {
    List<T> allowed = List.of(values);
    String text = allowed.stream().map(this::render).collect(Collectors.joining(", "));
    return with(new Rule<>("one of " + text, allowed::contains));
  }

  /**
   * Refuses values that do not satisfy {@code holds}.
   *
   * @param wanted what is allowed, as it goes on after "wanted ...": {@code "an absolute path"}
   */
  public Option<T> check(String wanted, Predicate<? super T> holds) {
    return with(new Rule<>(wanted, holds));
  }

  /** The value that holds where none is set. */
  public Option<T> defaultsTo(T value) {
    return new Option<>(name, type, help, rules, Fallback.value(value, render(value)), secret);
  }

  /**
   * Says that the owner works the value out where none is set; {@link Settings#find} is empty then.
   *
   * @param text what the value is: {@code "a quarter of the memory"}, or {@code "none"}
   * @param example a value that a user might set, for generated documents
   */
  public Option<T> computed(String text, T example) {
    return new Option<>(name, type, help, rules, Fallback.computed(text, example), secret);
  }

  /** Keeps the value out of every message and text. */
  public Option<T> asSecret() {
    return new Option<>(name, type, help, rules, fallback, true);
  }

  /** The dotted name, without the owner's prefix. */
  public String name() {
    return name;
  }

  /** The type's name as it stands in documents: {@code bytes}, {@code duration}, ... */
  public String typeName() {
    return type.name();
  }

  /** One line on what the key is for. */
  public String help() {
    return help;
  }

  /** Whether the value is never shown. */
  public boolean secret() {
    return secret;
  }

  /** Whether there is neither a default nor a computed value. */
  public boolean required() {
    return fallback.text() == null;
  }

  /** What holds where no value is set, as it may be shown; null if a value must be set. */
  public @Nullable String defaultText() {
    T value = fallback.value();
    return value == null ? fallback.text() : show(value);
  }

  /** The default; null if the value is computed, or must be set. */
  public @Nullable T defaultValue() {
    return fallback.value();
  }

  /** A value to show in an example: the default, or the example of a computed one; else null. */
  public @Nullable T exampleValue() {
    return fallback.example();
  }

  /** What is allowed, to be read after "wanted": syntax of the type, then each bound. */
  public String allowed() {
    return Stream.concat(Stream.of(type.syntax()), rules.stream().map(Rule::wanted))
        .collect(Collectors.joining(", "));
  }

  /** The value as a user would write it; reading the result gives the value again. */
  public String render(T value) {
    return type.renderer().apply(value);
  }

  /** The value as it may be shown: {@code ***} for a secret. */
  public String show(T value) {
    return secret ? Messages.MASK : render(value);
  }

  /**
   * Returns the value if it keeps the bounds; for records that code may build without a file.
   *
   * @throws ConfigException if it does not
   */
  public T checked(T value) {
    if (!allows(value)) {
      throw new ConfigException(List.of(Messages.value(name, null, show(value), allowed())));
    }
    return value;
  }

  @Override
  public String toString() {
    return name;
  }

  boolean allows(T value) {
    return rules.stream().allMatch(rule -> rule.holds().test(value));
  }

  OptionType<T> type() {
    return type;
  }

  private Option<T> with(Rule<T> rule) {
    List<Rule<T>> more = new ArrayList<>(rules);
    more.add(rule);
    return new Option<>(name, type, help, more, fallback, secret);
  }

  private Comparator<? super T> order() {
    Comparator<? super T> order = type.order();
    if (order == null) {
      throw new IllegalStateException("option " + name + ": a " + type.name() + " has no bounds");
    }
    return order;
  }

  /** A bound and how to say it. */
  private record Rule<T>(String wanted, Predicate<? super T> holds) {}

  /** What holds without a value; no text means that one must be set. */
  private record Fallback<T>(@Nullable T value, @Nullable T example, @Nullable String text) {
    static <T> Fallback<T> none() {
      return new Fallback<>(null, null, null);
    }

    static <T> Fallback<T> value(T value, String text) {
      return new Fallback<>(value, value, text);
    }

    static <T> Fallback<T> computed(String text, T example) {
      return new Fallback<>(null, example, text);
    }
  }
}
