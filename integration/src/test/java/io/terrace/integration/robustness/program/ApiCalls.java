/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import io.terrace.api.LastRequest;
import io.terrace.api.Terrace;
import java.util.Optional;

/**
 * An application that asks the plugin what it did. Prints {@code active <whether>} and {@code last
 * <prompt> <reused>} before a model is there and after {@link Chat}.
 *
 * <p>Argument: the model's folder.
 */
public final class ApiCalls {
  private ApiCalls() {}

  public static void main(String[] arguments) {
    tell();
    Chat.main(new String[] {arguments[0], "1"});
    tell();
  }

  private static void tell() {
    System.out.println("active " + Terrace.isActive());
    Optional<LastRequest> last = Terrace.lastRequest();
    System.out.println(
        "last " + last.map(r -> r.promptTokens() + " " + r.reusedTokens()).orElse("none"));
  }
}
