/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tiers that are used together, the fastest first. */
enum TierSet {
  NONE("none"),
  CPU("cpu"),
  NFS("nfs"),
  CPU_NFS("cpu+nfs"),
  CPU_S3("cpu+s3"),
  FULL("cpu+nfs+s3");

  private final String word;

  TierSet(String word) {
    this.word = word;
  }

  /** As it is written. */
  String word() {
    return word;
  }

  /** The tiers' names. */
  List<String> tiers() {
    return this == NONE ? List.of() : List.of(word.split("\\+"));
  }

  /** Whether there is a tier below memory, which can be slow. */
  boolean goesBelow() {
    return tiers().stream().anyMatch(tier -> !tier.equals("cpu"));
  }

  static Optional<TierSet> of(String word) {
    return Arrays.stream(values()).filter(set -> set.word.equals(word)).findFirst();
  }
}
