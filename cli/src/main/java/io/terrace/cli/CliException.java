/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

/** Something a user can understand and mend: its message is all that is shown. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitStatus;
  private final boolean logsMatter;

  private CliException(int exitStatus, boolean logsMatter, String message) {
    super(message);
    this.exitStatus = exitStatus;
    this.logsMatter = logsMatter;
  }

  /** The command line, or something it names, cannot be used. */
  static CliException badInput(String message) {
    return new CliException(2, false, message);
  }

  /** Jlama cannot run the model that the command line names; its log says more. */
  static CliException badModel(String message) {
    return new CliException(2, true, message);
  }

  /** The input was fine and the run failed. */
  static CliException failed(String message) {
    return new CliException(1, true, message);
  }

  int exitStatus() {
    return exitStatus;
  }

  /** Whether the logs of the measured programs are worth keeping. */
  boolean logsMatter() {
    return logsMatter;
  }
}
