/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** Tiers as third parties make them: compiled against the contract alone. */
final class TierJar {
  private TierJar() {}

  /** The contract, and nothing else of ours. */
  static Path contract() {
    return Path.of(Objects.requireNonNull(System.getProperty("terrace.test.spi"))).normalize();
  }

  /** The broken tier of the test resources; the result belongs on a class path. */
  static Path broken(Path folder) throws IOException {
    String source = resource("/broken-tier/BrokenTierProvider.java");
    String name = "broken.BrokenTierProvider";
    return Compiled.of(folder, name, source, contract()).provides(name).classes();
  }

  /** A tier of the test resources that keeps its contract, under a type of its own. */
  static Compiled outside(Path folder, String type) throws IOException {
    String source = resource("/outside-tier/OutsideTierProvider.java").replace("@TYPE@", type);
    String name = "outside.OutsideTierProvider";
    return Compiled.of(folder, name, source, contract()).provides(name);
  }

  /** A folder that names a provider which is not there. */
  static Path missing(Path folder) throws IOException {
    return Compiled.none(folder).provides("broken.NotThere").classes();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(TierJar.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
