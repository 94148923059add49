/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One reading of what was written against a spec. */
final class SettingsReader {
  private final ConfigSpec spec;
  private final String prefix;
  private final Consumer<String> problems;

  SettingsReader(ConfigSpec spec, String prefix, Consumer<String> problems) {
    this.spec = spec;
    this.prefix = prefix;
    this.problems = problems;
  }

  Settings read(Iterable<RawSetting> raws) {
    Map<String, RawSetting> last = new HashMap<>();
    for (RawSetting raw : raws) {
      String name = relative(raw.key());
      if (spec.find(name) != null) {
        last.put(name, raw);
      } else {
        reportStranger(raw, name);
      }
    }
    Map<String, Settings.Entry> entries = new LinkedHashMap<>();
    for (Option<?> option : spec.options()) {
      Settings.Entry entry = entry(option, last.get(option.name()));
      if (entry != null) {
        entries.put(option.name(), entry);
      }
    }
    return new Settings(spec, prefix, entries);
  }

  private <T> Settings.@Nullable Entry entry(Option<T> option, @Nullable RawSetting raw) {
    if (raw == null) {
      return byDefault(option);
    }
    if (raw.shape() == RawSetting.Shape.NOTHING) {
      return wrongShape(option, raw, "has no value");
    }
    if (raw.shape() == RawSetting.Shape.LIST && !option.type().list()) {
      return wrongShape(option, raw, "is a list");
    }
    try {
      T value = option.type().parser().apply(parts(option, raw));
      if (option.allows(value)) {
        return new Settings.Entry(value, option.show(value), raw.origin());
      }
    } catch (IllegalArgumentException e) {
      // Reported below, in the same words as a broken bound: the cause says no more than they do,
      // and may repeat a secret.
    }
    String shown = option.secret() ? Messages.MASK : String.join(", ", raw.parts());
    problems.accept(Messages.value(raw.key(), raw.origin(), shown, option.allowed()));
    return null;
  }

  private <T> Settings.@Nullable Entry byDefault(Option<T> option) {
    T value = option.defaultValue();
    if (value != null) {
      return new Settings.Entry(value, option.show(value), Origin.ofDefault());
    }
    if (option.required()) {
      problems.accept(Messages.missing(prefix + option.name(), option.allowed()));
    }
    return null;
  }

  private Settings.@Nullable Entry wrongShape(Option<?> option, RawSetting raw, String shape) {
    problems.accept(Messages.shape(raw.key(), raw.origin(), shape, option.allowed()));
    return null;
  }

  private static List<String> parts(Option<?> option, RawSetting raw) {
    boolean split = option.type().list() && raw.shape() == RawSetting.Shape.TEXT;
    return split ? OptionTypes.split(raw.parts().get(0)) : raw.parts();
  }

  private void reportStranger(RawSetting raw, String name) {
    List<String> below = names(option -> option.startsWith(name + "."));
    if (!below.isEmpty()) {
      if (raw.shape() != RawSetting.Shape.NOTHING) {
        problems.accept(Messages.section(raw, below));
      }
      return;
    }
    Optional<Option<?>> above =
        spec.options().stream().filter(o -> name.startsWith(o.name() + ".")).findFirst();
    if (above.isPresent()) {
      String owner = prefix + above.get().name();
      problems.accept(Messages.below(raw, owner, above.get().allowed()));
      return;
    }
    problems.accept(raw.origin() + ": unknown key '" + raw.key() + "': " + advice(name));
  }

  private String advice(String name) {
    return spec.nearest(name)
        .map(known -> "did you mean '" + prefix + known + "'?")
        .orElseGet(() -> "known keys are " + String.join(", ", names(option -> true)));
  }

  private List<String> names(Predicate<String> filter) {
    return spec.options().stream()
        .map(Option::name)
        .filter(filter)
        .map(name -> prefix + name)
        .toList();
  }

  private String relative(String key) {
    if (!key.startsWith(prefix)) {
      throw new IllegalArgumentException("key '" + key + "' does not begin with '" + prefix + "'");
    }
    return key.substring(prefix.length());
  }
}
