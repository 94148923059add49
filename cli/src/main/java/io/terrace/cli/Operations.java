/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.List;
import java.util.Locale;

/** Which of Jlama's tensor operations the measured program is to use. */
enum Operations {
  AUTO,
  NATIVE,
  PANAMA;

  /** What Jlama calls the operations that it took, in this command's words. */
  static Operations ofJlamaName(String name) {
    return name.startsWith("Native") ? NATIVE : PANAMA;
  }

  List<String> jvmFlags() {
    return this == PANAMA ? List.of("-Djlama.force_panama_tensor_operations=true") : List.of();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
