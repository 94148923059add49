/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.List;

/**
 * A value as it was written, before it is known whether its key exists.
 *
 * @param key the whole dotted key, prefix included
 * @param shape how it was written
 * @param parts the text, or the entries of a list, or nothing
 * @param origin where it was written
 */
public record RawSetting(String key, Shape shape, List<String> parts, Origin origin) {
  /** How a value was written. */
  public enum Shape {
    /** One text. */
    TEXT,
    /** A list of texts. */
    LIST,
    /** A key with nothing behind it, as a section that has only comments. */
    NOTHING
  }

  /** Copies the parts. */
  public RawSetting {
    parts = List.copyOf(parts);
  }

  /** One text. */
  public static RawSetting text(String key, String text, Origin origin) {
    return new RawSetting(key, Shape.TEXT, List.of(text), origin);
  }

  /** A list. */
  public static RawSetting list(String key, List<String> parts, Origin origin) {
    return new RawSetting(key, Shape.LIST, parts, origin);
  }

  /** A key with nothing behind it. */
  public static RawSetting nothing(String key, Origin origin) {
    return new RawSetting(key, Shape.NOTHING, List.of(), origin);
  }

  /** Key and origin only: whether the value is a secret is not known here. */
  @Override
  public String toString() {
    return key + " (" + origin + ")";
  }
}
