/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What {@code terrace bench replay} found.
 *
 * @param trace its file
 * @param wanted blocks that all prompts have together
 */
@JsonPropertyOrder({"trace", "requests", "wanted", "different", "rows"})
record ReplayFigures(String trace, int requests, long wanted, int different, List<Row> rows) {
  /**
   * A policy at one size.
   *
   * @param blocks that there is room for
   * @param hitRate of all blocks wanted, the share that was there
   */
  @JsonPropertyOrder({"policy", "blocks", "hitRate"})
  record Row(String policy, int blocks, double hitRate) {}
}
