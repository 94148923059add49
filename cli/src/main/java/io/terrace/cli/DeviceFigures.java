/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code terrace bench device} found.
 *
 * @param device its name, as the driver says it
 * @param driver the CUDA version that the driver serves
 * @param model that answers
 */
@JsonPropertyOrder({"device", "driver", "jdk", "cpu", "rounds", "rows", "model", "answers"})
record DeviceFigures(
    String device,
    String driver,
    String jdk,
    String cpu,
    int rounds,
    List<Row> rows,
    String model,
    List<Answered> answers) {
  /**
   * One way of bytes; medians of the rounds.
   *
   * @param what moves
   * @param bytes at once
   * @param gbPerS 10^9 bytes a second
   * @param ceilingOf what it is compared to, measured in the same rounds; null for nothing
   * @param ceilingGbPerS of that
   * @param ratio to that, median of each round's
   */
  @JsonPropertyOrder({"what", "bytes", "gbPerS", "ceilingOf", "ceilingGbPerS", "ratio"})
  record Row(
      String what,
      long bytes,
      double gbPerS,
      @Nullable String ceilingOf,
      @Nullable Double ceilingGbPerS,
      @Nullable Double ratio) {}

  /**
   * Prompts of one length, with attention on the device and on the host; medians of the rounds.
   *
   * @param firstTokenMs with the device, from the prompt, computed in batches, to its first token
   * @param firstTokenRatio to the host, median of each round's
   * @param stepMs with the device, for one token of the answer
   * @param stepRatio as above
   * @param identical whether the answers are
   */
  @JsonPropertyOrder({
    "promptTokens",
    "firstTokenMs",
    "firstTokenMsHost",
    "firstTokenRatio",
    "stepMs",
    "stepMsHost",
    "stepRatio",
    "identical"
  })
  record Answered(
      int promptTokens,
      double firstTokenMs,
      double firstTokenMsHost,
      double firstTokenRatio,
      double stepMs,
      double stepMsHost,
      double stepRatio,
      boolean identical) {}
}
