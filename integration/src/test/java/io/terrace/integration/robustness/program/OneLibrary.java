/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

/**
 * An application that may have a library which a tier has, too: runs {@link Chat} between two uses
 * of it, and prints {@code application <version>} or {@code application none} for each.
 *
 * <p>Arguments: those of {@link Chat}.
 */
public final class OneLibrary {
  private OneLibrary() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println("application " + version());
    Chat.main(arguments);
    System.out.println("application " + version());
  }

  private static Object version() throws ReflectiveOperationException {
    try {
      return Class.forName("library.Library").getMethod("version").invoke(null);
    } catch (ClassNotFoundException e) {
      return "none";
    }
  }
}
