/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What instances are compared with. */
public enum CompareSetUp {
  /** The plugin with its repairs and without reuse. */
  ALONE("alone", ""),
  CPU("cpu", "cpu"),
  NFS("nfs", "nfs"),
  CPU_NFS("cpu+nfs", "cpu+nfs"),
  CPU_S3("cpu+s3", "cpu+s3"),
  ALL("all", "cpu+nfs+s3"),
  /** The runtime without the plugin: timed, its answers are not compared. */
  PLAIN("plain", "");

  private final String word;
  private final String tiers;

  CompareSetUp(String word, String tiers) {
    this.word = word;
    this.tiers = tiers;
  }

  /** As it is written. */
  public String word() {
    return word;
  }

  /** The tiers' names, the fastest first. */
  public List<String> tiers() {
    return tiers.isEmpty() ? List.of() : List.of(tiers.split("\\+"));
  }

  /** The one that is written so. */
  public static Optional<CompareSetUp> of(String word) {
    return Arrays.stream(values()).filter(setUp -> setUp.word.equals(word)).findFirst();
  }

  /** All of them, as they are written. */
  public static List<String> words() {
    return Arrays.stream(values()).map(CompareSetUp::word).toList();
  }
}
