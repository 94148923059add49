/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/** The plugin's own keys. Those of a tier are declared by the tier. */
public final class PluginOptions {
  private static final long MIB = 1L << 20;

  /** Whether the plugin does anything. */
  public static final Option<Boolean> ENABLED =
      Option.bool("enabled", "`false` turns everything off; the runtime works as without Terrace.")
          .defaultsTo(true);

  /** Whether chunks are looked up and published. */
  public static final Option<Boolean> REUSE =
      Option.bool(
              "reuse",
              "`false` keeps Terrace's memory and repairs, but nothing is looked up or published.")
          .defaultsTo(true);

  /** The tiers, by name. */
  public static final Option<List<String>> STACK =
      Option.strings(
              "stack",
              "The tiers, fastest first: each by its type, or by a name of its own and"
                  + " `tiers.<name>.type`.")
          .check(
              "at least one tier, none twice, names of small letters, digits and dashes",
              PluginOptions::isStack)
          .defaultsTo(List.of("cpu"));

  /** Token ids in one chunk. */
  public static final Option<Integer> CHUNK_TOKENS =
      Option.integer("chunkTokens", "Tokens in one chunk: the unit that is stored and reused.")
          .oneOf(32, 64, 128, 256)
          .computed("the largest whose page takes at most 32 MiB, for each model", 256);

  /** Native memory for pages. */
  public static final Option<Long> POOL_BYTES =
      Option.bytes("pool.bytes", "Native memory for the pages of all models together.")
          .min(4 * MIB)
          .computed(
              "a quarter of the container's memory that is not Java heap, at least 64MiB",
              2048 * MIB);

  /** Device memory for pages. */
  public static final Option<Long> POOL_DEVICE_BYTES =
      Option.bytes(
              "pool.deviceBytes",
              "Memory of the device for the pages of all models together; what finds no room there is"
                  + " computed on the host.")
          .min(4 * MIB)
          .computed("half of the device's memory that is free", 8192 * MIB);

  /** Pages that may wait to be stored. */
  public static final Option<Long> SPILL_BYTES =
      Option.bytes(
              "spill.bytes",
              "Pages that may wait at once to be stored in the tiers below memory, each counted once;"
                  + " further chunks are not stored until they are seen again.")
          .min(MIB)
          .computed("a quarter of pool.bytes", 512 * MIB);

  /** Pages fetched ahead. */
  public static final Option<Long> STAGING_BYTES =
      Option.bytes(
              "staging.bytes",
              "Pages that may wait at once for the requests that they were fetched ahead for; they are"
                  + " the first to go when memory is short.")
          .min(MIB)
          .computed("a quarter of pool.bytes", 512 * MIB);

  /** How long loads are waited for at least. */
  public static final Option<Duration> LOADING_PATIENCE =
      Option.duration(
              "loading.patience",
              "A request waits at least so long for what tiers may have, even where computing it should"
                  + " be faster: less computing, at the price of time.")
          .max(Duration.ofMinutes(10))
          .defaultsTo(Duration.ZERO);

  /** Bits that are kept. */
  public static final Option<KvPrecision> KV_PRECISION =
      Option.choice(
              "kv.precision",
              KvPrecision.class,
              "In how many bits KV is kept, in memory and in all tiers: anything but `exact` saves"
                  + " half of the room or more, copies pages that are reused, and may change answers"
                  + " that continue what was reused.")
          .defaultsTo(KvPrecision.EXACT);

  /** What computes attention. */
  public static final Option<ComputeDevice> DEVICE =
      Option.choice(
              "device",
              ComputeDevice.class,
              "What computes attention: `host`, the runtime itself; `cuda`, a CUDA device, which then"
                  + " holds the KV; `auto`, such a device if a trial of both shows for a model that it"
                  + " is faster. Where there is none, or it fails, the host does. Chunks serve where"
                  + " attention is computed alike.")
          .defaultsTo(ComputeDevice.HOST);

  /** Whether loops over KV use vectors. */
  public static final Option<Boolean> KERNELS_VECTOR =
      Option.bool(
              "kernels.vector",
              "Loops over KV use the Vector API where this JVM runs it well; `false` for loops"
                  + " without it, which give the same bits and take longer.")
          .defaultsTo(true);

  /** Mixed into all keys. */
  public static final Option<String> KEYS_SECRET =
      Option.string(
              "keys.secret",
              "A secret that is mixed into all keys, so that they confirm no guess of what a chunk"
                  + " holds: 32 bytes as 64 hexadecimal digits or in Base64, or `file:PATH`. The same"
                  + " for all instances that share chunks.")
          .computed("none", "file:/etc/terrace/keys.secret")
          .asSecret();

  /** For codes and ciphers. */
  public static final Option<String> INTEGRITY_SECRET =
      Option.string(
              "integrity.secret",
              "The secret of `tiers.<name>.integrity`, written like `keys.secret`. A file may hold"
                  + " several, one a line: the first to write with, the others to read what was"
                  + " written before.")
          .computed("none", "file:/etc/terrace/integrity.secret")
          .asSecret();

  /** Whether chunks may serve on CPUs of another kind. */
  public static final Option<Boolean> FINGERPRINT_PORTABLE =
      Option.bool(
              "fingerprint.portable",
              "Chunks serve on CPUs of another kind too, where they are equal within a tolerance and"
                  + " not to the last bit.")
          .defaultsTo(false);

  /** Where small things are kept between runs. */
  public static final Option<Path> CACHE_FOLDER =
      Option.path(
              "cache.folder",
              "Where digests of models, and the speeds of models and tiers, are kept between runs.")
          .computed(
              "`$XDG_CACHE_HOME/terrace`, else `~/.cache/terrace`", Path.of("/var/cache/terrace"));

  /** Whether passes through shared scratch arrays wait for each other. */
  public static final Option<Boolean> JLAMA_SERIALIZE =
      Option.bool(
              "jlama.serialize",
              "One forward pass at a time through each block of Jlama that shares scratch arrays.")
          .defaultsTo(true);

  /** Whether native operations are repaired. */
  public static final Option<Boolean> JLAMA_REPAIR =
      Option.bool(
              "jlama.repair", "Repairs Jlama's native operations, which leave results unwritten.")
          .defaultsTo(true);

  /** Whether the tokenizer's merge loop is replaced. */
  public static final Option<Boolean> JLAMA_TOKENIZER =
      Option.bool(
              "jlama.tokenizer",
              "Replaces the merge loop of Jlama's tokenizer by a faster one with the same tokens.")
          .defaultsTo(true);

  /** Closed sessions whose token ids are kept. */
  public static final Option<Integer> SESSIONS_REMEMBERED =
      Option.integer(
              "sessions.remembered",
              "Closed sessions whose token ids are kept, so that they can be continued.")
          .min(0)
          .max(1_000_000)
          .defaultsTo(64);

  /** How much is told. */
  public static final Option<LogLevel> LOG_LEVEL =
      Option.choice(
              "log.level",
              LogLevel.class,
              "`debug` adds a line for each prompt: where its KV came from, and what else was"
                  + " expected to cost.")
          .defaultsTo(LogLevel.INFO);

  /** Whether the MBean is registered. */
  public static final Option<Boolean> METRICS_JMX =
      Option.bool("metrics.jmx", "Registers the MBean with Terrace's figures.").defaultsTo(true);

  /** Whether misuse of pages ends the process. */
  public static final Option<Boolean> DEBUG_CHECK_PAGES =
      Option.bool(
              "debug.checkPages",
              "For fault finding, and slow: pages begin full of NaN, and a write to a shared page"
                  + " ends the process.")
          .defaultsTo(false);

  /** Whether passes are broken off that nothing has overtaken. */
  public static final Option<Boolean> DEBUG_BREAK_OFF_PASSES =
      Option.bool(
              "debug.breakOffPasses",
              "For tests: the first pass of every prompt is broken off half-way, as if what it"
                  + " computes had come from a tier, and computed again.")
          .defaultsTo(false);

  /** All of them, in the order of documents. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(
          ENABLED,
          REUSE,
          STACK,
          CHUNK_TOKENS,
          POOL_BYTES,
          POOL_DEVICE_BYTES,
          SPILL_BYTES,
          STAGING_BYTES,
          LOADING_PATIENCE,
          KV_PRECISION,
          DEVICE,
          KERNELS_VECTOR,
          KEYS_SECRET,
          INTEGRITY_SECRET,
          FINGERPRINT_PORTABLE,
          CACHE_FOLDER,
          JLAMA_SERIALIZE,
          JLAMA_REPAIR,
          JLAMA_TOKENIZER,
          SESSIONS_REMEMBERED,
          LOG_LEVEL,
          METRICS_JMX,
          DEBUG_CHECK_PAGES,
          DEBUG_BREAK_OFF_PASSES);

  private PluginOptions() {}

  /** The Markdown table of all keys. */
  public static String markdownTable() {
    return SPEC.markdownTable("");
  }

  /** An annotated {@code terrace.yaml} that says what holds without one. */
  public static String exampleYaml() {
    return """
        # Terrace: every key, with what holds when it is not set.
        # The same key as an environment variable (TERRACE_POOL_BYTES=2GiB) wins over this file,
        # as a system property (-Dterrace.pool.bytes=2GiB) over both.

        """
        + ExampleYaml.of(SPEC)
        + """

        # The settings of each tier of the stack, under the tier's name. Every tier has the keys
        # 'type', for a name that is not its type, 'timeout', 'codec', 'codecLevel',
        # 'integrity', 'admission' and 'minTokens'; the other keys are the tier's own.
        # tiers:
        #   cpu:
        #     type: cpu
        #     capacity: 2GiB
        """;
  }

  private static boolean isStack(List<String> names) {
    return !names.isEmpty()
        && new HashSet<>(names).size() == names.size()
        && names.stream().allMatch(TierOptions::isName);
  }
}
