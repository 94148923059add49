/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.TierOptions;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tier as a command line names it, {@code TYPE:ARG}, with what the tier needs to find its store.
 *
 * @param text as it was given
 * @param type the tier's type, which is its name in the stack, too
 * @param root the folder of its chunks; null for a tier that has none
 * @param options what else the tier is told, relative names
 */
record TierSpec(String text, String type, @Nullable Path root, Map<String, String> options) {
  /** The form, for messages and usage. */
  static final String FORM = "TYPE[:DIR]|s3[://BUCKET[/PREFIX]]";

  /** What {@link #parse} takes besides, for usage. */
  static final String ENDPOINT_OPTION = "--s3-endpoint";

  private static final String S3 = "s3";

  TierSpec {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * Reads {@code nfs:/mnt/kv} or {@code s3://bucket/prefix}; whether there is such a tier is found
   * out later.
   *
   * @param endpoint of an S3 server; null for AWS, or for another tier
   * @throws CliException if it does not have the form
   */
  static TierSpec parse(String text, @Nullable URI endpoint) {
    int colon = text.indexOf(':');
    String type = colon < 0 ? text : text.substring(0, colon);
    if (!TierOptions.isName(type)) {
      throw wrong(text, "'" + type + "' is no type of a tier");
    }
    if (type.equals(S3)) {
      return bucket(text, colon < 0 ? "" : text.substring(colon + 1), endpoint);
    }
    if (endpoint != null) {
      throw CliException.badInput(
          ENDPOINT_OPTION + "=" + endpoint + " goes with --tier=s3://BUCKET, got --tier=" + text);
    }
    return colon < 0
        ? new TierSpec(text, type, null, Map.of())
        : new TierSpec(text, type, folder(text, text.substring(colon + 1)), Map.of());
  }

  private static Path folder(String text, String folder) {
    if (folder.isBlank()) {
      throw wrong(text, "no folder behind the colon");
    }
    try {
      return Path.of(folder).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw wrong(text, "'" + folder + "' is no path");
    }
  }

  private static TierSpec bucket(String text, String address, @Nullable URI endpoint) {
    Map<String, String> options = new LinkedHashMap<>();
    if (text.length() > S3.length()) {
      if (!address.startsWith("//") || address.length() == 2 || address.charAt(2) == '/') {
        throw wrong(text, "no s3://BUCKET");
      }
      int slash = address.indexOf('/', 2);
      options.put("bucket", slash < 0 ? address.substring(2) : address.substring(2, slash));
      if (slash > 0 && slash < address.length() - 1) {
        options.put("prefix", address.substring(slash + 1));
      }
    }
    if (endpoint != null) {
      if (options.isEmpty()) {
        throw wrong(text, ENDPOINT_OPTION + " needs a bucket");
      }
      options.put("endpoint", endpoint.toString());
    }
    return new TierSpec(text, S3, null, options);
  }

  /** Whether a server is to be started for it. */
  boolean wantsServer() {
    return type.equals(S3) && options.isEmpty();
  }

  /** The same, told more. */
  TierSpec with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.putAll(more);
    return new TierSpec(text, type, root, all);
  }

  /** The option as it was given. */
  String option() {
    return "--tier=" + text;
  }

  /** The configuration that has this tier in its stack, whole keys and their values. */
  Map<String, String> keys(List<String> stack) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("stack", String.join(",", stack));
    String prefix = "tiers." + type + ".";
    if (root != null) {
      keys.put(prefix + "root", root.toString());
    }
    options.forEach((name, value) -> keys.put(prefix + name, value));
    return keys;
  }

  private static CliException wrong(String text, String why) {
    return CliException.badInput(
        "--tier=" + text + ": " + why + "; give nfs:/mnt/kv, or s3://BUCKET/PREFIX");
  }
}
