/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Origin;
import io.terrace.spi.config.RawSetting;
import io.terrace.spi.config.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What was written under {@code tiers.}, kept until the tiers are there to say what they know:
 * tiers on the application's class path are found long after the plugin has started.
 *
 * <p>A variable belongs to the tier with the longest name that fits, so that
 * TERRACE_TIERS_NFS_GDS_X is {@code x} of {@code nfs-gds} where the stack has both {@code nfs} and
 * {@code nfs-gds}.
 *
 * @param raws weakest source first; a variable has its name as the key
 * @param order what was written for {@link PluginOptions#STACK}
 */
public record TierKeys(List<RawSetting> raws, List<RawSetting> order) {
  private static final String SECTION = "tiers";

  /** Copies the lists. */
  public TierKeys {
    raws = List.copyOf(raws);
    order = List.copyOf(order);
  }

  /** Nothing was written. */
  public static TierKeys none() {
    return new TierKeys(List.of(), List.of());
  }

  /** An exception for the stack: says what was written where. */
  ConfigException refuseStack(List<String> stack, String wanted) {
    return order.isEmpty()
        ? new ConfigException(List.of("'stack' is " + stack + ", wanted " + wanted))
        : Settings.read(ConfigSpec.of(PluginOptions.STACK), "", order, problem -> {})
            .refuse(PluginOptions.STACK, wanted);
  }

  /** Whether this belongs under {@code tiers.}, or to that section itself. */
  static boolean owns(RawSetting raw) {
    String below = SECTION + ".";
    return isSection(raw)
        || raw.key().startsWith(isVariable(raw) ? Variables.nameOf(below) : below);
  }

  /**
   * One sentence for each setting that belongs to no tier of the stack, and for each key of {@link
   * TierOptions} whose value is not allowed.
   */
  List<String> problems(List<String> stack) {
    List<String> problems = new ArrayList<>();
    raws.forEach(raw -> problem(raw, stack).ifPresent(problems::add));
    stack.forEach(name -> common(name, stack, problems::add));
    return problems;
  }

  /**
   * What was written under the keys that every tier has.
   *
   * @param problems takes one sentence for each value that is not allowed
   */
  Settings common(String name, List<String> stack, Consumer<String> problems) {
    String prefix = prefix(name);
    List<RawSetting> own = new ArrayList<>();
    for (RawSetting raw : raws) {
      if (tier(raw, stack).filter(name::equals).isPresent()) {
        commonKey(raw, prefix).map(key -> under(raw, key)).ifPresent(own::add);
      }
    }
    return Settings.read(TierOptions.SPEC, prefix, own, problems);
  }

  private static Optional<String> commonKey(RawSetting raw, String prefix) {
    return TierOptions.SPEC.options().stream()
        .map(option -> prefix + option.name())
        .filter(key -> raw.key().equals(isVariable(raw) ? Variables.nameOf(key) : key))
        .findFirst();
  }

  private static RawSetting under(RawSetting raw, String key) {
    return new RawSetting(key, raw.shape(), raw.parts(), raw.origin());
  }

  private static String prefix(String name) {
    return SECTION + "." + name + ".";
  }

  /**
   * The settings of one tier: its own options and those that every tier has.
   *
   * @throws ConfigException with all problems, if there are any
   */
  Settings settings(String name, List<String> stack, ConfigSpec spec) {
    String prefix = prefix(name);
    ConfigSpec all = TierOptions.with(spec);
    List<String> problems = new ArrayList<>();
    List<RawSetting> own = new ArrayList<>();
    for (RawSetting raw : raws) {
      if (tier(raw, stack).filter(name::equals).isEmpty()) {
        continue;
      }
      if (isVariable(raw)) {
        Variables.match(raw, prefix, all, problems::add).ifPresent(own::add);
      } else if (raw.key().startsWith(prefix)) {
        own.add(raw);
      }
    }
    Settings settings = Settings.read(all, prefix, own, problems::add);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return settings;
  }

  private static Optional<String> problem(RawSetting raw, List<String> stack) {
    String at = raw.origin() + ": ";
    boolean empty = raw.shape() == RawSetting.Shape.NOTHING;
    if (isSection(raw)) {
      String advice = "is a map from a tier's name to its settings; the order of tiers is 'stack'";
      return empty ? Optional.empty() : Optional.of(at + "'" + SECTION + "' " + advice);
    }
    Optional<String> tier = tier(raw, stack);
    if (tier.isEmpty()) {
      String unknown = isVariable(raw) ? "no tier of the stack" : "'" + raw.key() + "': no tier";
      return Optional.of(at + unknown + advice(raw, stack));
    }
    boolean whole = raw.key().equals(SECTION + "." + tier.get());
    return whole && !empty
        ? Optional.of(at + "'" + raw.key() + "' takes no value itself, wanted a map of its keys")
        : Optional.empty();
  }

  private static String advice(RawSetting raw, List<String> stack) {
    if (isVariable(raw)) {
      return " " + stack + " is meant, wanted TERRACE_TIERS_<tier>_<key>";
    }
    String name = segment(raw);
    return ConfigSpec.nearest(name, stack)
        .map(near -> " '" + name + "' in the stack " + stack + ": did you mean '" + near + "'?")
        .orElse(" '" + name + "' in the stack " + stack + ": add it to 'stack' or remove the key");
  }

  private static Optional<String> tier(RawSetting raw, List<String> stack) {
    if (isSection(raw)) {
      return Optional.empty();
    }
    return stack.stream()
        .filter(
            name ->
                isVariable(raw)
                    ? raw.key().startsWith(Variables.nameOf(SECTION + "." + name + "."))
                    : segment(raw).equals(name))
        .max(Comparator.comparingInt(String::length));
  }

  private static boolean isSection(RawSetting raw) {
    return raw.key().equals(isVariable(raw) ? Variables.nameOf(SECTION) : SECTION);
  }

  /** The tier's name in a key: what stands between the first dot and the second. */
  private static String segment(RawSetting raw) {
    return raw.key().split("\\.", -1)[1];
  }

  private static boolean isVariable(RawSetting raw) {
    return raw.origin().kind() == Origin.Kind.ENVIRONMENT;
  }
}
