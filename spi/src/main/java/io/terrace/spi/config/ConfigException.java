/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.List;

/**
 * Configuration that cannot be used. The message holds every problem that was found, each with the
 * key, the value (masked if it is a secret), what is allowed, and where it was read.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /**
   * One exception for all problems of one reading.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ConfigException(List<String> problems) {
    super(text(problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, one sentence each. */
  public List<String> problems() {
    return problems;
  }

  private static String text(List<String> problems) {
    return switch (problems.size()) {
      case 0 -> throw new IllegalArgumentException("a ConfigException needs a problem");
      case 1 -> problems.get(0);
      default ->
          problems.size() + " configuration problems:\n  - " + String.join("\n  - ", problems);
    };
  }
}
