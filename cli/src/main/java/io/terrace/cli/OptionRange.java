/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks numbers on the command line. */
final class OptionRange {
  private OptionRange() {}

  /**
   * Refuses a value, with what is allowed.
   *
   * @param wanted as in "at least 1"
   * @throws ParameterException if the value is out of range
   */
  static void require(
      CommandSpec command, boolean inRange, String option, int value, String wanted) {
    if (!inRange) {
      throw new ParameterException(
          command.commandLine(), option + "=" + value + " is out of range: give " + wanted);
    }
  }
}
