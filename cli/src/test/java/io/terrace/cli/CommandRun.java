/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The command run inside the test's JVM: its status and what it printed. */
record CommandRun(int status, String out, String err) {
  static CommandRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Terrace.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new CommandRun(status, out.toString(), err.toString());
  }
}
