/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Origin;
import io.terrace.spi.config.RawSetting;
import io.terrace.spi.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plugin's configuration: the file, over it environment variables, over them system
 * properties.
 *
 * <ul>
 *   <li>The file is the one named by the system property {@code terrace.config}, else by the
 *       variable {@code TERRACE_CONFIG}, else {@code terrace.yaml} in the working folder if there
 *       is one. A named file has to be there.
 *   <li>{@code pool.bytes} is the property {@code terrace.pool.bytes} and the variable {@code
 *       TERRACE_POOL_BYTES}. A variable that is empty is not set.
 *   <li>An unknown key is a problem in each source, except for the properties {@code
 *       terrace.config} and {@code terrace.test.*}, and the variables {@code TERRACE_CONFIG},
 *       {@code TERRACE_HOME}, {@code TERRACE_JAVA_HOME}, {@code TERRACE_TEST_*} and those that
 *       Kubernetes sets for a service whose name begins with "terrace".
 *   <li>Of several values of one key only the strongest is checked.
 * </ul>
 *
 * <p>Logs nothing: it runs before the application had a chance to choose its logging.
 */
public final class ConfigLoader {
  private static final String PREFIX = "terrace.";
  private static final String TESTS = "terrace.test.";

  private final ConfigSources sources;
  private final List<String> problems = new ArrayList<>();
  private final ConfigFile file;

  private ConfigLoader(ConfigSources sources) {
    this.sources = sources;
    this.file = new ConfigFile(sources, problems::add);
  }

  /**
   * Reads all sources once.
   *
   * @throws ConfigException with all problems, if there are any
   */
  public static LoadedConfig load(ConfigSources sources) {
    ConfigLoader loader = new ConfigLoader(sources);
    List<RawSetting> all = new ArrayList<>(loader.file.read());
    all.addAll(Variables.candidates(sources.environment()));
    all.addAll(properties(sources.properties()));
    return loader.load(all);
  }

  /**
   * As {@link #load(ConfigSources)}, with keys from a command line in place of a file, over
   * environment variables and system properties.
   *
   * @param keys whole keys and their values
   * @param option where they come from, for messages
   * @throws ConfigException with all problems, if there are any
   */
  public static LoadedConfig load(ConfigSources sources, Map<String, String> keys, String option) {
    List<RawSetting> all = new ArrayList<>(Variables.candidates(sources.environment()));
    all.addAll(properties(sources.properties()));
    keys.forEach((key, value) -> all.add(RawSetting.text(key, value, Origin.ofOption(option))));
    return new ConfigLoader(sources).load(all);
  }

  /**
   * Makes one configuration of what was written.
   *
   * @param written everything that may be a key, weakest source first
   */
  private LoadedConfig load(List<RawSetting> written) {
    List<RawSetting> own = new ArrayList<>();
    List<RawSetting> tiers = new ArrayList<>();
    for (RawSetting raw : written) {
      if (TierKeys.owns(raw)) {
        tiers.add(raw);
      } else if (raw.origin().kind() == Origin.Kind.ENVIRONMENT) {
        Variables.match(raw, "", PluginOptions.SPEC, problems::add).ifPresent(own::add);
      } else {
        own.add(raw);
      }
    }
    Settings settings = Settings.read(PluginOptions.SPEC, "", own, problems::add);
    List<RawSetting> stack =
        own.stream().filter(raw -> raw.key().equals(PluginOptions.STACK.name())).toList();
    TierKeys keys = new TierKeys(tiers, stack);
    settings.find(PluginOptions.STACK).ifPresent(s -> problems.addAll(keys.problems(s)));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    long defaultPoolBytes = DefaultPool.bytes(sources.totalMemoryBytes(), sources.maxHeapBytes());
    PluginConfig config =
        PluginConfig.of(settings, keys, defaultPoolBytes, sources.userCache().resolve("terrace"));
    return new LoadedConfig(config, settings, file.found());
  }

  private static List<RawSetting> properties(Map<String, String> properties) {
    List<RawSetting> found = new ArrayList<>();
    properties.forEach(
        (name, value) -> {
          boolean reserved = name.equals(ConfigFile.PROPERTY) || name.startsWith(TESTS);
          if (name.startsWith(PREFIX) && !reserved) {
            String key = name.substring(PREFIX.length());
            found.add(RawSetting.text(key, value, Origin.ofProperty(name)));
          }
        });
    return found;
  }

  /**
   * What was loaded.
   *
   * @param config the values
   * @param settings the same with their origins; its text is one line on what is not the default
   * @param file the file that was read, as it was named; null if none was
   */
  public record LoadedConfig(PluginConfig config, Settings settings, @Nullable String file) {}
}
