/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.config.AdmissionRule;
import io.terrace.config.Integrity;
import io.terrace.config.PluginConfig;
import io.terrace.config.TierOptions;
import io.terrace.engine.Admission;
import io.terrace.engine.StackTier;
import io.terrace.engine.TierClosing;
import io.terrace.install.AgentFolder;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import io.terrace.spi.format.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds tiers by their type, in this order: the agent's jar, the folders of {@code tiers/} beside
 * it, the application's class path. Of two of one type the first found serves.
 */
final class TierLoader {
  private static final String AGENT = "the agent's jar";
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
  private static final String CLASS_PATH = "the application's class path";

  private final NavigableMap<String, FoundTier> tiers = new TreeMap<>();
  private final List<String> places = new ArrayList<>();
  private final PluginLog log;
  private final TierOpening opening;
  private final Policies policies;

  /**
   * Loads all providers.
   *
   * @param agent where the agent was installed, or null
   * @param application the class loader of the application's runtime; not retained
   */
  TierLoader(@Nullable AgentFolder agent, ClassLoader application, PluginLog log) {
    this(agent, application, TierOpening.DEFAULT, log);
  }

  /**
   * As {@link #TierLoader(AgentFolder, ClassLoader, PluginLog)}.
   *
   * @param opening opens the tiers
   */
  TierLoader(
      @Nullable AgentFolder agent, ClassLoader application, TierOpening opening, PluginLog log) {
    this.log = log;
    this.opening = opening;
    ClassLoader own = TierLoader.class.getClassLoader();
    Path jar = agent == null ? null : agent.jar();
    List<FoundTier> ofClassPath = new ArrayList<>();
    find(own, jar, ofClassPath);
    if (agent != null) {
      warnOfForeignContract(agent.jar());
      places.add(AGENT);
      places.add(agent.tiers().toString());
      new TierFolders(agent.tiers(), own, log).find().forEach(this::add);
    }
    if (application != own) {
      find(application, jar, ofClassPath);
    }
    places.add(CLASS_PATH);
    ofClassPath.forEach(this::add);
    Set<ClassLoader> loaders = new LinkedHashSet<>(List.of(own));
    tiers.values().forEach(tier -> loaders.add(tier.provider().getClass().getClassLoader()));
    loaders.add(application);
    policies = Policies.of(loaders, log);
  }

  /** Takes what the agent's jar has, and collects what comes from elsewhere. */
  private void find(ClassLoader loader, @Nullable Path agentJar, List<FoundTier> others) {
    Providers providers = new Providers(loader, CLASS_PATH, log);
    for (FoundTier tier : providers.find(type -> source(type, agentJar), null)) {
      if (tier.where().equals(AGENT)) {
        add(tier);
      } else {
        others.add(tier);
      }
    }
  }

  private static String source(Class<?> type, @Nullable Path agentJar) {
    Path file = AgentFolder.sourceOf(type);
    if (file == null) {
      return CLASS_PATH + " (" + type.getName() + ")";
    }
    return file.equals(agentJar) ? AGENT : file.toString();
  }

  private void add(FoundTier tier) {
    FoundTier first = tiers.putIfAbsent(tier.type(), tier);
    if (first != null && first.provider().getClass() != tier.provider().getClass()) {
      log.info(
          "the tier '"
              + tier.type()
              + "' of "
              + first.where()
              + " serves, that of "
              + tier.where()
              + " is left out (first the agent's jar, then tiers/, then the class"
              + " path)");
    }
  }

  /** On a flat class path the application's jars come before the agent's. */
  private void warnOfForeignContract(Path jar) {
    Path contract = AgentFolder.sourceOf(KvTierProvider.class);
    if (!jar.equals(contract)) {
      log.warn(
          "io.terrace.spi is taken from "
              + contract
              + ", which comes before the agent's own on the"
              + " class path and may be of another version: give terrace-spi the scope 'provided'");
    }
  }

  /**
   * Opens the tiers of the stack, fastest first. One below the first that cannot be opened is told
   * of and left out.
   *
   * @param contexts what each of them is given, by its name
   * @return with the first one at least
   * @throws ConfigException if the stack names a tier that is not installed, or one whose settings
   *     are not allowed or that cannot stand where it does; those opened before it are closed.
   *     Where the first one cannot be opened whatever its provider throws
   */
  List<StackTier> open(PluginConfig config, Function<String, TierContext> contexts) {
    List<StackTier> stack = new ArrayList<>();
    try {
      for (String name : config.stack()) {
        Entry entry = entry(name, config);
        TierContext context = contexts.apply(name);
        KvTier tier = stack.isEmpty() ? open(entry, context) : openOrLeaveOut(entry, context);
        if (tier != null) {
          stack.add(placed(name, tier, config));
        }
      }
      return stack;
    } catch (RuntimeException | Error e) {
      TierClosing closing = new TierClosing(this::warn);
      stack.forEach(tier -> closing.begin(tier.name(), tier.tier()::close));
      closing.await(Deadline.after(CLOSE_PATIENCE));
      throw e;
    }
  }

  /**
   * Opens one tier of the stack.
   *
   * @throws ConfigException if it is not installed, cannot be opened or cannot stand where it does
   */
  StackTier open(String name, PluginConfig config, TierContext context) {
    return placed(name, open(entry(name, config), context), config);
  }

  /** A tier of the stack that is installed, and what its provider is to be given. */
  private record Entry(String name, FoundTier found, Settings settings) {}

  private Entry entry(String name, PluginConfig config) {
    FoundTier found = tiers.get(config.tierType(name));
    if (found == null) {
      throw config.refuseType(
          name, "there are " + types() + " (looked in " + String.join(", ", places) + ")");
    }
    return new Entry(name, found, config.tierSettings(name, found.provider().options()));
  }

  private KvTier open(Entry entry, TierContext context) {
    return opening.open(entry.name, entry.found, entry.settings, policies.with(context));
  }

  private @Nullable KvTier openOrLeaveOut(Entry entry, TierContext context) {
    try {
      return open(entry, context);
    } catch (RuntimeException | Error e) {
      String why =
          e instanceof ConfigException refused
              ? String.join("; ", refused.problems())
              : "it could not be opened: " + e;
      log.error(
          "tier '"
              + entry.name
              + "' is left out, the others of the stack serve without it: "
              + why);
      return null;
    }
  }

  /** Takes a tier into the stack, or closes it. */
  private StackTier placed(String name, KvTier tier, PluginConfig config) {
    try {
      if (tier.capabilities().retainsPages() && !name.equals(config.stack().getFirst())) {
        throw config.refuseStack("'" + name + "' at its beginning, since it keeps pages");
      }
      return stackTier(name, tier, config);
    } catch (RuntimeException | Error e) {
      TierClosing closing = new TierClosing(this::warn);
      closing.begin(name, tier::close);
      closing.await(Deadline.after(CLOSE_PATIENCE));
      throw e;
    }
  }

  private void warn(Throwable failure) {
    log.warn(String.valueOf(failure.getMessage()));
  }

  /** The types that are installed. */
  SortedSet<String> types() {
    return Collections.unmodifiableSortedSet(tiers.navigableKeySet());
  }

  /** Where a type was found; null if it is not installed. */
  @Nullable String place(String type) {
    FoundTier found = tiers.get(type);
    return found == null ? null : found.where();
  }

  /**
   * What was written for a tier of the stack; empty if it is not installed.
   *
   * @throws ConfigException with all problems, if there are any
   */
  Optional<Settings> settings(String name, PluginConfig config) {
    return Optional.ofNullable(tiers.get(config.tierType(name)))
        .map(found -> config.tierSettings(name, found.provider().options()));
  }

  private static StackTier stackTier(String name, KvTier tier, PluginConfig config) {
    Settings common = config.commonSettings(name);
    if (tier.capabilities().retainsPages()) {
      refuseInMemory(common, TierOptions.CODEC, Encoding.RAW);
      refuseInMemory(common, TierOptions.INTEGRITY, Integrity.CHECKSUM);
      refuseInMemory(common, TierOptions.ADMISSION, AdmissionRule.ALL);
      refuseInMemory(common, TierOptions.MIN_TOKENS, 0);
      return StackTier.ofPages(name, tier);
    }
    boolean secondUse = common.get(TierOptions.ADMISSION) == AdmissionRule.SECOND_USE;
    return new StackTier(
        name,
        tier,
        TierCoding.of(common, config),
        common.get(TierOptions.TIMEOUT),
        new Admission(secondUse, common.get(TierOptions.MIN_TOKENS)));
  }

  private static <T> void refuseInMemory(Settings common, Option<T> option, T only) {
    if (!common.get(option).equals(only)) {
      throw common.refuse(
          option, "what a tier in memory takes: " + only.toString().toLowerCase(Locale.ROOT));
    }
  }
}
