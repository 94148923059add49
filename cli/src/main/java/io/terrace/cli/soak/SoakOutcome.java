/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.util.List;
import java.util.Map;

/**
 * What the soak found.
 *
 * @param requests that were answered
 * @param wrong answers that differ from those without reuse
 * @param failed requests that ended with an exception
 * @param examples the first of those, one line each
 * @param times of all requests but the first of each task, while the JVM compiles
 * @param alone the times of some that reused nothing, among the others
 * @param engine figures of the plugin
 * @param tiers figures of each tier below memory, by its name
 * @param accounting what is left when all is closed: each to be 0
 */
public record SoakOutcome(
    long requests,
    long wrong,
    long failed,
    List<String> examples,
    SoakLimits limits,
    SoakTimes times,
    SoakTimes alone,
    SoakHits hits,
    Map<String, Long> engine,
    Map<String, Map<String, Long>> tiers,
    Map<String, Long> accounting) {}
