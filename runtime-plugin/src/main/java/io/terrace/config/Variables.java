/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Origin;
import io.terrace.spi.config.RawSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Environment variables as settings. A variable does not tell where a dot, a dash or a capital
 * stood, so it becomes a key only by matching the known ones.
 */
final class Variables {
  private static final String PREFIX = "TERRACE_";
  private static final Set<String> NO_KEYS =
      Set.of(ConfigFile.VARIABLE, "TERRACE_HOME", "TERRACE_JAVA_HOME");
  private static final String TESTS = "TERRACE_TEST_";

  // Kubernetes gives every container variables for each service of its namespace. One called
  // "terrace" or "terrace-..." must not stop the application that Terrace runs in. Its short form
  // ends as a key of ours might, so there the value decides: it is always an address.
  private static final Pattern SERVICE =
      Pattern.compile(
          "TERRACE_(.+_)?(SERVICE_(HOST|PORT(_.+)?)"
              + "|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
  private static final Pattern SERVICE_PORT = Pattern.compile("TERRACE_(.+_)?PORT");
  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private Variables() {}

  /**
   * Everything that begins with TERRACE_ and may be a key, each under the variable's name as its
   * key. An empty variable counts as not set, as scripts and compose files can rarely unset one.
   */
  static List<RawSetting> candidates(Map<String, String> environment) {
    List<RawSetting> found = new ArrayList<>();
    environment.forEach(
        (name, value) -> {
          boolean reserved = NO_KEYS.contains(name) || name.startsWith(TESTS);
          if (name.startsWith(PREFIX) && !reserved && !value.isEmpty()) {
            found.add(RawSetting.text(name, value, Origin.ofVariable(name)));
          }
        });
    return found;
  }

  /** The variable of a dotted key. */
  static String nameOf(String key) {
    return PREFIX + ConfigSpec.variableForm(key);
  }

  /**
   * The setting of the option that this variable means; empty, and a problem, if there is none.
   *
   * @param prefix of the keys of {@code spec}
   */
  static Optional<RawSetting> match(
      RawSetting variable, String prefix, ConfigSpec spec, Consumer<String> problems) {
    for (Option<?> option : spec.options()) {
      String key = prefix + option.name();
      if (nameOf(key).equals(variable.key())) {
        return Optional.of(RawSetting.text(key, variable.parts().get(0), variable.origin()));
      }
    }
    if (!prefix.isEmpty() || !ofKubernetes(variable)) {
      problems.accept(variable.origin() + ": no such key: " + advice(variable, prefix, spec));
    }
    return Optional.empty();
  }

  private static String advice(RawSetting variable, String prefix, ConfigSpec spec) {
    String written = variable.key().substring(nameOf(prefix).length());
    return spec.nearest(written.toLowerCase(Locale.ROOT).replace('_', '.'))
        .map(known -> "did you mean " + nameOf(prefix + known) + "?")
        .orElseGet(() -> "known are " + String.join(", ", names(prefix, spec)));
  }

  private static List<String> names(String prefix, ConfigSpec spec) {
    return spec.options().stream().map(option -> nameOf(prefix + option.name())).toList();
  }

  private static boolean ofKubernetes(RawSetting variable) {
    String name = variable.key();
    return SERVICE.matcher(name).matches()
        || (SERVICE_PORT.matcher(name).matches()
            && ADDRESS.matcher(variable.parts().get(0)).matches());
  }
}
