/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A tier as a third party makes it: compiled against the agent's jar, found by its service file.
 */
final class TierJar {
  private TierJar() {}

  /** Compiles the broken tier of the test resources; the result belongs on a class path. */
  static Path broken(Path folder) throws IOException {
    Path source = folder.resolve("BrokenTierProvider.java");
    String resource = "/broken-tier/BrokenTierProvider.java";
    try (InputStream in = Objects.requireNonNull(TierJar.class.getResourceAsStream(resource))) {
      Files.copy(in, source);
    }
    Path classes = Files.createDirectory(folder.resolve("broken-tier"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of("-d", classes.toString(), "-cp", ChildJvm.agentJar().toString(), "-proc:none");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new AssertionError("the broken tier does not compile: " + messages);
      }
    }
    return register(classes, "broken.BrokenTierProvider");
  }

  /** A folder that names a provider which is not there. */
  static Path missing(Path folder) throws IOException {
    return register(Files.createDirectory(folder.resolve("missing-tier")), "broken.NotThere");
  }

  private static Path register(Path classes, String provider) throws IOException {
    Path services = Files.createDirectories(classes.resolve("META-INF").resolve("services"));
    Files.writeString(services.resolve("io.terrace.spi.KvTierProvider"), provider + "\n");
    return classes;
  }
}
