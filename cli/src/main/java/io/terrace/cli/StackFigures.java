/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What {@code terrace bench stack} found.
 *
 * @param identical whether each prompt had one answer, in every set and state
 */
@JsonPropertyOrder({"model", "jdk", "cpu", "rounds", "warmRounds", "identical", "rows"})
record StackFigures(
    String model,
    String jdk,
    String cpu,
    int rounds,
    int warmRounds,
    boolean identical,
    List<StackRow> rows) {}
