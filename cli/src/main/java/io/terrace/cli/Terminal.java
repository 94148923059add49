/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.Console;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Somebody who may be asked, or nobody. */
interface Terminal {
  boolean isThere();

  /** Asks; only a y or a yes is one. */
  boolean confirms(String question);

  /** The one that the process was started from, if both input and output are it. */
  static Terminal ofThisProcess() {
    return new Terminal() {
      @Override
      public boolean isThere() {
        Console console = console();
        return console != null && console.isTerminal();
      }

      @Override
      public boolean confirms(String question) {
        Console console = console();
        String answer = console == null ? null : console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
      }

      /** JDK 22 to 24 always have one; JDK 25 has null again where there is no terminal. */
      @SuppressWarnings("SystemConsoleNull") // believes that it is as with JDK 22
      private @Nullable Console console() {
        return System.console();
      }
    };
  }
}
