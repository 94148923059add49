/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static java.util.Objects.requireNonNull;

import java.io.Console;
import java.util.Locale;

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
        return console().isTerminal();
      }

      @Override
      public boolean confirms(String question) {
        String answer = console().readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
      }

      /** Since JDK 22 there is always one. */
      private Console console() {
        return requireNonNull(System.console());
      }
    };
  }
}
