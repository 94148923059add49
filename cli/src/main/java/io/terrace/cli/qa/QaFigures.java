/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A run as JSON.
 *
 * @param skippedSeconds at the beginning, that are not in the summary
 */
@JsonPropertyOrder({"model", "baseUrls", "workload", "skippedSeconds", "summary"})
public record QaFigures(
    String model,
    List<String> baseUrls,
    Workload workload,
    double skippedSeconds,
    Summary summary) {

  /** Keeps a copy of the list. */
  public QaFigures {
    baseUrls = List.copyOf(baseUrls);
  }
}
