/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.List;
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

  /**
   * Refuses the first value that is out of range, with what is allowed.
   *
   * @throws ParameterException if there is one
   */
  static void requireEach(
      CommandSpec command, String option, List<Integer> values, int least, int most) {
    for (int value : values) {
      require(command, value >= least && value <= most, option, value, least + " to " + most);
    }
  }
}
