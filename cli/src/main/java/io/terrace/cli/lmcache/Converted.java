/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import org.jspecify.annotations.Nullable;

/** What became of a value of LMCache's. */
sealed interface Converted {
  /**
   * It has a counterpart.
   *
   * @param text as it stands in {@code terrace.yaml}, not yet quoted
   * @param rest what of it has none; null if all of it has one
   */
  record Value(String text, @Nullable String rest) implements Converted {}

  /** It has none, and why. */
  record Without(String reason) implements Converted {}

  /** It is no value that LMCache takes, and what is. */
  record Wrong(String wanted) implements Converted {}

  /** The whole of a value. */
  static Converted value(String text) {
    return new Value(text, null);
  }
}
