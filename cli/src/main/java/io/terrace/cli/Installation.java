/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts lie that the measured program is started from.
 *
 * @param java the JVM's launcher
 * @param agent the agent's jar
 * @param jlamaJars Jlama and what it depends on, nothing of ours
 * @param s3Server folder of the jars of an S3 server, which is there in a checkout alone
 */
record Installation(Path java, Path agent, List<Path> jlamaJars, Path s3Server) {
  private static final Pattern CORE = Pattern.compile("jlama-core-(.+)\\.jar");

  /** Reads what the {@code terrace} script hands over as system properties. */
  static Installation ofThisProcess(@Nullable Path agent) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path jar = agent != null ? agent : Path.of(property("terrace.agent"));
    if (!Files.isRegularFile(jar)) {
      throw CliException.badInput(
          "the agent's jar " + jar + " is not there; build it with: mvn -DskipTests package");
    }
    Path jlama = Path.of(property("terrace.jlama"));
    return new Installation(
        java, jar.toAbsolutePath(), jars(jlama), jlama.resolveSibling("s3-server"));
  }

  /** Jlama's version, from the name of its jar. */
  String jlamaVersion() {
    return jlamaJars.stream()
        .map(jar -> CORE.matcher(jar.getFileName().toString()))
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .findFirst()
        .orElse("unknown");
  }

  /** Folder of the jars of slow tiers, which is there in a checkout alone. */
  Path benchTiers() {
    return s3Server.resolveSibling("bench-tiers");
  }

  /** Folder of the server's jars, but for those that it shares with Jlama. */
  Path serve() {
    return s3Server.resolveSibling("serve");
  }

  /** Folder of the jars of a tier that is installed beside the agent. */
  Path tier(String type) {
    return agent.resolveSibling("tiers").resolve(type);
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw CliException.badInput("no jar in " + folder + "; build with: mvn package");
      }
      return jars;
    } catch (IOException e) {
      throw CliException.badInput(
          "Jlama's jars are not in " + folder + ": " + Messages.why(e, folder));
    }
  }

  private static String property(String key) {
    String value = System.getProperty(key);
    if (value == null) {
      throw CliException.badInput(
          "the system property " + key + " is not set; start the command by the terrace script");
    }
    return value;
  }
}
