/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The checked values of one {@link ConfigSpec}, each with its origin. Immutable, safe for
 * concurrent use; its text shows no secret.
 */
public final class Settings {
  private final ConfigSpec spec;
  private final String prefix;
  private final Map<String, Entry> entries;

  Settings(ConfigSpec spec, String prefix, Map<String, Entry> entries) {
    this.spec = spec;
    this.prefix = prefix;
    this.entries = new LinkedHashMap<>(entries);
  }

  /**
   * Settings from values that code gives: for tests, and for a tier that is opened by hand.
   *
   * @param written relative name to value, written as in a file
   * @throws ConfigException with all problems, if there are any
   */
  public static Settings of(ConfigSpec spec, Map<String, String> written) {
    Origin origin = new Origin(Origin.Kind.CODE, "");
    List<RawSetting> raws =
        written.entrySet().stream()
            .map(entry -> RawSetting.text(entry.getKey(), entry.getValue(), origin))
            .toList();
    List<String> problems = new ArrayList<>();
    Settings settings = read(spec, "", raws, problems::add);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return settings;
  }

  /**
   * Reads what was written. Of several values of one key the last one counts, and only that one is
   * checked; unknown keys are problems wherever they stand.
   *
   * @param prefix of every key in {@code raws}: empty, or ends with a dot
   * @param raws weakest source first
   * @param problems takes one sentence for each problem; a key with one is left unset
   */
  public static Settings read(
      ConfigSpec spec, String prefix, Iterable<RawSetting> raws, Consumer<String> problems) {
    return new SettingsReader(spec, prefix, problems).read(raws);
  }

  /**
   * The value that was set, or the default.
   *
   * @throws IllegalArgumentException if the option is not one of this owner's
   * @throws IllegalStateException if nothing was set and the value is computed: use {@link #find}
   */
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(
            () -> new IllegalStateException("'" + prefix + option + "' is not set: use find"));
  }

  /**
   * The value that was set, or the default; empty where the owner has to compute it.
   *
   * @throws IllegalArgumentException if the option is not one of this owner's
   */
  @SuppressWarnings("unchecked") // the entry of an option was parsed by this very option
  public <T> Optional<T> find(Option<T> option) {
    Entry entry = entry(option);
    return entry == null ? Optional.empty() : Optional.of((T) entry.value());
  }

  /**
   * Where the value came from; {@link Origin.Kind#DEFAULT} for a computed one.
   *
   * @throws IllegalArgumentException if the option is not one of this owner's
   */
  public Origin origin(Option<?> option) {
    Entry entry = entry(option);
    return entry == null ? Origin.ofDefault() : entry.origin();
  }

  /**
   * An exception for a value that is allowed by itself and wrong beside others, or in this place: a
   * folder that cannot be written, a limit above another. Key, value and origin are put in.
   *
   * @param wanted what to put there instead
   */
  public ConfigException refuse(Option<?> option, String wanted) {
    Entry entry = entry(option);
    String key = prefix + option.name();
    if (entry == null) {
      return new ConfigException(List.of(Messages.missing(key, wanted)));
    }
    return new ConfigException(List.of(Messages.value(key, entry.origin(), entry.shown(), wanted)));
  }

  /** What is not the default, as {@code key=value (origin)}, comma-separated; secrets masked. */
  @Override
  public String toString() {
    return entries.entrySet().stream()
        .filter(e -> e.getValue().origin().kind() != Origin.Kind.DEFAULT)
        .map(
            e ->
                prefix + e.getKey() + "=" + e.getValue().shown() + " (" + e.getValue().origin + ")")
        .collect(Collectors.joining(", "));
  }

  private @Nullable Entry entry(Option<?> option) {
    if (spec.find(option.name()) != option) {
      throw new IllegalArgumentException("'" + option + "' is not declared in this ConfigSpec");
    }
    return entries.get(option.name());
  }

  /** A value, what may be shown of it, and its origin. */
  record Entry(Object value, String shown, Origin origin) {}
}
