/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.Locale;

/** How fast the tiers below memory are. */
enum StackSpeed {
  /** 50 MB/s and 20 ms a call, each tier for itself. */
  SLOW,
  /** As they are. */
  FAST;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
