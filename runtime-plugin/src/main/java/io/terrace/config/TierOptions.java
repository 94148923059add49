/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
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

  /** All of them, in the order of documents. */
  public static final ConfigSpec SPEC = ConfigSpec.of(TYPE);

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
