/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.TierOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tier as a command line names it, {@code TYPE:ARG}, with what the tier needs to find its store.
 *
 * @param text as it was given
 * @param type the tier's type, which is its name in the stack, too
 * @param root the folder of its chunks; null for a tier that needs none
 */
record TierSpec(String text, String type, @Nullable Path root) {
  /** The form, for messages and usage. */
  static final String FORM = "TYPE[:DIR]";

  /**
   * Reads {@code nfs:/mnt/kv}; whether there is such a tier is found out later.
   *
   * @throws CliException if it does not have the form
   */
  static TierSpec parse(String text) {
    int colon = text.indexOf(':');
    String type = colon < 0 ? text : text.substring(0, colon);
    if (!TierOptions.isName(type)) {
      throw wrong(text, "'" + type + "' is no type of a tier");
    }
    if (colon < 0) {
      return new TierSpec(text, type, null);
    }
    String folder = text.substring(colon + 1);
    if (folder.isBlank()) {
      throw wrong(text, "no folder behind the colon");
    }
    try {
      return new TierSpec(text, type, Path.of(folder).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      throw wrong(text, "'" + folder + "' is no path");
    }
  }

  /** The option as it was given. */
  String option() {
    return "--tier=" + text;
  }

  /** The configuration that has this tier in its stack, whole keys and their values. */
  Map<String, String> keys(List<String> stack) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("stack", String.join(",", stack));
    if (root != null) {
      keys.put("tiers." + type + ".root", root.toString());
    }
    return keys;
  }

  private static CliException wrong(String text, String why) {
    return CliException.badInput(
        "--tier=" + text + ": " + why + "; give " + FORM + ", such as nfs:/mnt/kv");
  }
}
