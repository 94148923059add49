/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

/** What this JVM was started with. */
final class Operations {
  /** Tokens of a chunk of any model here: the sample models are small. */
  static final int CHUNK = Integer.getInteger("terrace.chunkTokens", 256);

  private static final String FORCE_PANAMA = "jlama.force_panama_tensor_operations";

  private Operations() {}

  /** Whether Jlama computes with its Panama operations. */
  static boolean arePanama() {
    return Boolean.getBoolean(FORCE_PANAMA);
  }
}
