/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

/** Something a user can understand and mend: its message is all that is shown. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitStatus;

  private CliException(int exitStatus, String message) {
    super(message);
    this.exitStatus = exitStatus;
  }

  /** The command line, or something it names, cannot be used. */
  static CliException badInput(String message) {
    return new CliException(2, message);
  }

  /** The input was fine and the run failed. */
  static CliException failed(String message) {
    return new CliException(1, message);
  }

  int exitStatus() {
    return exitStatus;
  }
}
