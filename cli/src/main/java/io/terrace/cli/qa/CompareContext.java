/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What figures were taken of and on.
 *
 * @param parameters by the names of options
 */
public record CompareContext(
    String model, String cpu, String jdk, String command, Map<String, String> parameters) {

  /** Keeps a copy of the map, in its order. */
  public CompareContext {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }
}
