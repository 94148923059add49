/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.config.PluginConfig;
import io.terrace.config.PluginOptions;
import io.terrace.config.SecretText;
import io.terrace.install.AgentFolder;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Finding;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens the tiers of a configuration for a person: one by one, so that one that cannot be opened
 * hides no other. Safe for use by several threads.
 */
public final class TierInspector {
  private final PluginConfig config;
  private final TierLoader loader;
  private final List<String> said;

  /** Loads the providers of all tiers that are installed; opens none. */
  public TierInspector(PluginConfig config) {
    this.config = config;
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    PluginLog log = new PluginLog(new PrintStream(lines, true, StandardCharsets.UTF_8));
    ClassLoader application = TierInspector.class.getClassLoader();
    loader = new TierLoader(AgentFolder.ofThisProcess(), application, log);
    said = lines.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** The types that are installed. */
  public SortedSet<String> types() {
    return loader.types();
  }

  /** Where the type of a tier of the stack was found; null if it is not installed. */
  public @Nullable String place(String name) {
    return loader.place(config.tierType(name));
  }

  /**
   * What was written for a tier of the stack, each with its origin and without secrets; empty if
   * nothing was, or if it is not installed or cannot be opened like this.
   */
  public String settings(String name) {
    try {
      return loader.settings(name, config).map(Settings::toString).orElse("");
    } catch (ConfigException e) {
      return ""; // opening it tells
    }
  }

  /**
   * Opens one tier of the stack, as an application does. To be closed by the caller.
   *
   * @param notClosed is told why it could not be closed in the end, if so
   * @throws ConfigException if it is not installed, cannot be opened or cannot stand where it does
   */
  public InspectedTier open(String name, Consumer<String> notClosed) {
    return new InspectedTier(loader.open(name, config, new OwnContext()), notClosed);
  }

  /** What was found out about the tiers that are installed, and the secrets of configuration. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.good("installed tiers", String.join(", ", types())));
    for (String line : said) {
      boolean warning = line.contains(" WARN ");
      String text = line.replaceFirst("^\\[terrace] [A-Z]+ ", "");
      findings.add(
          warning
              ? Finding.warning("installed tiers", text, "")
              : Finding.good("installed tiers", text));
    }
    secret(PluginOptions.KEYS_SECRET, config.keysSecret(), findings);
    secret(PluginOptions.INTEGRITY_SECRET, config.integritySecret(), findings);
    return findings;
  }

  private static void secret(
      Option<?> option, Optional<SecretText> written, List<Finding> findings) {
    if (written.isEmpty()) {
      return;
    }
    try {
      TierCoding.secrets(option.name(), written);
      findings.add(Finding.good(option.name(), "can be read"));
    } catch (ConfigException e) {
      findings.add(Finding.bad(option.name(), String.valueOf(e.getMessage()), ""));
    }
  }

  private final class OwnContext implements TierContext {
    @Override
    public long pageBudgetBytes() {
      return config.poolBytes();
    }

    @Override
    public void evicted(ChunkKey key) {}
  }
}
