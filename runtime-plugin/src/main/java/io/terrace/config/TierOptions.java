/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.format.Encoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The keys under {@code tiers.<name>.} that every tier has beside those that it declares. */
public final class TierOptions {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** Which tier it is, where the name in the stack does not say so. */
  public static final Option<String> TYPE =
      Option.string(
              "type", "Which tier it is: so that one type can stand in the stack under two names.")
          .check("a tier's type of small letters, digits and dashes", TierOptions::isName)
          .computed("the tier's name in the stack", "cpu");

  /** How long a request waits. */
  public static final Option<Duration> TIMEOUT =
      Option.duration(
              "timeout",
              "How long one read of the tier may take; after that the request asks it for nothing"
                  + " more. Requests compute meanwhile, or wait as long as that is cheaper.")
          .min(Duration.ofMillis(1))
          .max(Duration.ofMinutes(10))
          .defaultsTo(Duration.ofSeconds(2));

  /** The encoding of payloads. */
  public static final Option<Encoding> CODEC =
      Option.choice(
              "codec",
              Encoding.class,
              "How chunks are compressed, without loss. A tier in memory takes `raw` only.")
          .defaultsTo(Encoding.RAW);

  /** How hard the codec tries. */
  public static final Option<Integer> CODEC_LEVEL =
      Option.integer("codecLevel", "How hard `zstd` tries.").min(1).max(19).defaultsTo(1);

  /** What keeps chunks from damage and forgery. */
  public static final Option<Integrity> INTEGRITY =
      Option.choice(
              "integrity",
              Integrity.class,
              "What finds damage: a checksum; a code that only `integrity.secret` can make; or a"
                  + " cipher. A tier in memory takes `checksum` only.")
          .defaultsTo(Integrity.CHECKSUM);

  /** When chunks are stored. */
  public static final Option<AdmissionRule> ADMISSION =
      Option.choice(
              "admission",
              AdmissionRule.class,
              "Which finished chunks are stored: all of them; or those that are seen a second time,"
                  + " computed again or taken over by another request. A tier in memory takes `all`"
                  + " only.")
          .defaultsTo(AdmissionRule.ALL);

  /** How long a prompt has to be. */
  public static final Option<Integer> MIN_TOKENS =
      Option.integer(
              "minTokens",
              "Chunks are stored as soon as so many tokens of their prompt are computed: shorter"
                  + " prompts are left out. A tier in memory takes 0 only.")
          .min(0)
          .max(10_000_000)
          .defaultsTo(0);

  /** All of them, in the order of documents. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(TYPE, TIMEOUT, CODEC, CODEC_LEVEL, INTEGRITY, ADMISSION, MIN_TOKENS);

  private TierOptions() {}

  /** The Markdown table of these keys. */
  public static String markdownTable() {
    return SPEC.markdownTable("tiers.<name>.");
  }

  /** Whether a tier may be called so, or be of such a type. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * A tier's own options and these.
   *
   * @throws IllegalArgumentException if the tier declares one that is here already
   */
  public static ConfigSpec with(ConfigSpec tier) {
    List<Option<?>> all = new ArrayList<>(tier.options());
    all.addAll(SPEC.options());
    return ConfigSpec.of(all.toArray(Option<?>[]::new));
  }
}
