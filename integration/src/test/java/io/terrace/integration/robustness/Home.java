/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder that the agent is installed in, with {@code tiers/} beside it.
 *
 * @param folder the folder
 */
record Home(Path folder) {
  /** A new one without tiers and libraries. */
  static Home in(Path parent) throws IOException {
    Path folder = Files.createTempDirectory(parent, "home");
    Files.copy(ChildJvm.agentJar(), folder.resolve("terrace-agent.jar"));
    return new Home(folder);
  }

  /** The same, with the libraries of the build in {@code lib/}. */
  Home withLibraries() throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    try (Stream<Path> jars = Files.list(ChildJvm.agentJar().resolveSibling("lib"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    return this;
  }

  /** The agent's jar. */
  Path agent() {
    return folder.resolve("terrace-agent.jar");
  }

  /** The folder of one tier, which may not be there yet. */
  Path tier(String name) {
    return folder.resolve("tiers").resolve(name);
  }
}
