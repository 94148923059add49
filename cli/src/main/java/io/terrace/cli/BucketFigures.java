/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;

/**
 * What {@code terrace bench bucket} found.
 *
 * @param options of the tier, as they were given
 */
@JsonPropertyOrder({"tier", "jdk", "cpu", "options", "rounds", "moved"})
record BucketFigures(
    String tier,
    String jdk,
    String cpu,
    Map<String, String> options,
    int rounds,
    List<Moved> moved) {
  /**
   * Chunks of one size, so many at once; medians of the rounds.
   *
   * @param putRatio tier to the SDK alone
   * @param heapBytesPerGet allocated by the whole process for a chunk
   */
  @JsonPropertyOrder({
    "chunkMiB",
    "depth",
    "putBytesPerSecond",
    "barePutBytesPerSecond",
    "putRatio",
    "getBytesPerSecond",
    "bareGetBytesPerSecond",
    "getRatio",
    "heapBytesPerPut",
    "heapBytesPerGet"
  })
  record Moved(
      int chunkMiB,
      int depth,
      double putBytesPerSecond,
      double barePutBytesPerSecond,
      double putRatio,
      double getBytesPerSecond,
      double bareGetBytesPerSecond,
      double getRatio,
      double heapBytesPerPut,
      double heapBytesPerGet) {}
}
