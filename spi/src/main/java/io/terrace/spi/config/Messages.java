/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sentences about keys and values, in one place so that they stay alike. */
final class Messages {
  static final String MASK = "***";

  private Messages() {}

  static String value(String key, @Nullable Origin origin, String shown, String allowed) {
    return at(origin) + "'" + key + "' is '" + shown + "', wanted " + allowed;
  }

  static String shape(String key, Origin origin, String shape, String allowed) {
    return at(origin) + "'" + key + "' " + shape + ", wanted " + allowed;
  }

  static String missing(String key, String allowed) {
    return "'" + key + "' must be set, wanted " + allowed;
  }

  static String below(RawSetting raw, String owner, String allowed) {
    return at(raw.origin())
        + "unknown key '"
        + raw.key()
        + "': '"
        + owner
        + "' is one value ("
        + allowed
        + ") and has no keys below it";
  }

  static String section(RawSetting raw, List<String> keys) {
    return at(raw.origin())
        + "'"
        + raw.key()
        + "' is a section and takes no value itself, wanted a map with "
        + String.join(", ", keys);
  }

  private static String at(@Nullable Origin origin) {
    return origin == null ? "" : origin + ": ";
  }
}
