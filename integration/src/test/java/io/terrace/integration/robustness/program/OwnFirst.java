/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.util.List;

/**
 * An application in a host that takes some packages from the application's jars first, as Quarkus
 * does. Runs a program of this package in it; prints {@code thrown <what>} if it did not go well.
 *
 * <p>Arguments: the model's folder, the application's class path, the packages with commas between
 * (none: an empty text), the program.
 */
public final class OwnFirst {
  private OwnFirst() {}

  public static void main(String[] arguments) throws Exception {
    List<String> packages =
        arguments[2].isEmpty() ? List.of() : List.of(arguments[2].split(",", -1));
    ClassLoader parent = OwnFirst.class.getClassLoader();
    try (ProgramLoader loader =
        new ProgramLoader("application", Variants.urls(arguments[1]), parent, packages)) {
      Variants.run(loader, arguments[3], arguments[0]);
    }
  }
}
