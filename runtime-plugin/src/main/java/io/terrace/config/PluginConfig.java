/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The plugin's configuration, parsed once. Immutable, safe for concurrent use.
 *
 * @param enabled false: the plugin does nothing at all
 * @param reuse false: memory and repairs are the plugin's, nothing is looked up or published
 * @param stack the tiers by name, fastest first; at least one, none twice
 * @param chunkTokens tokens in one chunk; empty if it depends on the model, see {@link
 *     #chunkTokensFor}
 * @param poolBytes native memory for the pages of all models together
 * @param spillBytes pages that may wait to be stored in the tiers below memory
 * @param stagingBytes pages that may wait for the requests that they were fetched ahead for
 * @param loadingPatience how long loads are waited for at least
 * @param precision in how many bits KV is kept
 * @param device what computes attention
 * @param deviceBytes device memory for the pages of all models together; empty if it depends on the
 *     device
 * @param vectors loops over KV may use the Vector API
 * @param keysSecret mixed into all keys; as it was written, as the next
 * @param integritySecret for what {@link TierOptions#INTEGRITY} asks
 * @param portable chunks serve on CPUs of another kind too
 * @param cacheFolder where digests of models are kept between runs
 * @param jlama what concerns Jlama alone
 * @param sessionsRemembered closed sessions whose token ids are kept; 0 for none
 * @param logLevel how much is told
 * @param jmx whether the MBean is registered
 * @param checkPages pages begin full of NaN, and a write to a shared one ends the process
 * @param breakOffPasses the first pass of every prompt is broken off, and computed again
 * @param tiers what was written for the tiers, see {@link #tierSettings}
 */
public record PluginConfig(
    boolean enabled,
    boolean reuse,
    List<String> stack,
    OptionalInt chunkTokens,
    long poolBytes,
    long spillBytes,
    long stagingBytes,
    Duration loadingPatience,
    KvPrecision precision,
    ComputeDevice device,
    OptionalLong deviceBytes,
    boolean vectors,
    Optional<SecretText> keysSecret,
    Optional<SecretText> integritySecret,
    boolean portable,
    Path cacheFolder,
    Jlama jlama,
    int sessionsRemembered,
    LogLevel logLevel,
    boolean jmx,
    boolean checkPages,
    boolean breakOffPasses,
    TierKeys tiers) {

  private static final long MIB = 1L << 20;
  private static final long MOST_PAGE_BYTES = 32L << 20;

  /**
   * What concerns Jlama alone.
   *
   * @param serialize one forward pass at a time through each block that shares scratch arrays
   * @param repair native operations are repaired
   * @param tokenizer the tokenizer's merge loop is replaced
   */
  public record Jlama(boolean serialize, boolean repair, boolean tokenizer) {}

  /**
   * Checks bounds, and that every tier with settings is in the stack.
   *
   * @throws ConfigException if something is not allowed
   */
  public PluginConfig {
    stack = List.copyOf(PluginOptions.STACK.checked(stack));
    chunkTokens.ifPresent(PluginOptions.CHUNK_TOKENS::checked);
    PluginOptions.POOL_BYTES.checked(poolBytes);
    PluginOptions.SPILL_BYTES.checked(spillBytes);
    PluginOptions.STAGING_BYTES.checked(stagingBytes);
    PluginOptions.LOADING_PATIENCE.checked(loadingPatience);
    deviceBytes.ifPresent(PluginOptions.POOL_DEVICE_BYTES::checked);
    PluginOptions.SESSIONS_REMEMBERED.checked(sessionsRemembered);
    List<String> problems = tiers.problems(stack);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  static PluginConfig of(
      Settings settings, TierKeys tiers, long defaultPoolBytes, Path defaultCacheFolder) {
    long poolBytes = settings.find(PluginOptions.POOL_BYTES).orElse(defaultPoolBytes);
    Optional<Integer> chunkTokens = settings.find(PluginOptions.CHUNK_TOKENS);
    return new PluginConfig(
        settings.get(PluginOptions.ENABLED),
        settings.get(PluginOptions.REUSE),
        settings.get(PluginOptions.STACK),
        chunkTokens.map(OptionalInt::of).orElseGet(OptionalInt::empty),
        poolBytes,
        settings.find(PluginOptions.SPILL_BYTES).orElse(Math.max(MIB, poolBytes / 4)),
        settings.find(PluginOptions.STAGING_BYTES).orElse(Math.max(MIB, poolBytes / 4)),
        settings.get(PluginOptions.LOADING_PATIENCE),
        settings.get(PluginOptions.KV_PRECISION),
        settings.get(PluginOptions.DEVICE),
        settings
            .find(PluginOptions.POOL_DEVICE_BYTES)
            .map(OptionalLong::of)
            .orElseGet(OptionalLong::empty),
        settings.get(PluginOptions.KERNELS_VECTOR),
        settings.find(PluginOptions.KEYS_SECRET).map(SecretText::new),
        settings.find(PluginOptions.INTEGRITY_SECRET).map(SecretText::new),
        settings.get(PluginOptions.FINGERPRINT_PORTABLE),
        settings.find(PluginOptions.CACHE_FOLDER).orElse(defaultCacheFolder),
        new Jlama(
            settings.get(PluginOptions.JLAMA_SERIALIZE),
            settings.get(PluginOptions.JLAMA_REPAIR),
            settings.get(PluginOptions.JLAMA_TOKENIZER)),
        settings.get(PluginOptions.SESSIONS_REMEMBERED),
        settings.get(PluginOptions.LOG_LEVEL),
        settings.get(PluginOptions.METRICS_JMX),
        settings.get(PluginOptions.DEBUG_CHECK_PAGES),
        settings.get(PluginOptions.DEBUG_BREAK_OFF_PASSES),
        tiers);
  }

  /** What was written for a tier under the keys that all tiers have. */
  public Settings commonSettings(String name) {
    requireInStack(name);
    return tiers.common(name, stack, problem -> {});
  }

  /**
   * Tokens in one chunk of a model: the setting, else the largest of 256, 128, 64 and 32 whose page
   * takes at most 32 MiB, and 32 where even that takes more.
   *
   * @param bytesPerToken K and V of one position, all layers; positive
   */
  public int chunkTokensFor(long bytesPerToken) {
    if (bytesPerToken <= 0) {
      throw new IllegalArgumentException("bytesPerToken=" + bytesPerToken + ", wanted > 0");
    }
    return chunkTokens.orElseGet(
        () -> {
          int tokens = 256;
          while (tokens > 32 && bytesPerToken > MOST_PAGE_BYTES / tokens) {
            tokens /= 2;
          }
          return tokens;
        });
  }

  /**
   * The settings of a tier: what was written under {@code tiers.<name>.}, checked against what the
   * tier declares, and against {@link TierOptions}.
   *
   * @param name one of {@link #stack}
   * @param spec the tier's own options, relative to that prefix
   * @throws ConfigException with all problems, if there are any
   * @throws IllegalArgumentException if the tier is not in the stack
   */
  public Settings tierSettings(String name, ConfigSpec spec) {
    requireInStack(name);
    return tiers.settings(name, stack, spec);
  }

  /**
   * The type of a tier of the stack: what its key {@code type} says, else its name.
   *
   * @throws IllegalArgumentException if the tier is not in the stack
   */
  public String tierType(String name) {
    requireInStack(name);
    return tiers.common(name, stack, problem -> {}).find(TierOptions.TYPE).orElse(name);
  }

  /**
   * An exception for a tier of the stack whose type is not installed: says what was written where.
   *
   * @param installed which types there are, as it goes on after a colon
   */
  public ConfigException refuseType(String name, String installed) {
    Settings common = tiers.common(name, stack, problem -> {});
    if (common.find(TierOptions.TYPE).isPresent()) {
      return common.refuse(TierOptions.TYPE, "one that is installed: " + installed);
    }
    return refuseStack("tiers that are installed, and '" + name + "' is not: " + installed);
  }

  /**
   * An exception for the order of the tiers: says what was written where.
   *
   * @param wanted what to put there instead
   */
  public ConfigException refuseStack(String wanted) {
    return tiers.refuseStack(stack, wanted);
  }

  private void requireInStack(String name) {
    if (!stack.contains(name)) {
      throw new IllegalArgumentException("tier '" + name + "' is not in the stack " + stack);
    }
  }
}
