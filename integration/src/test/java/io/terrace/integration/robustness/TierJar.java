/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tiers as third parties make them: compiled against the contract alone. */
final class TierJar {
  private static final String FOLDER_TIER = "folder.FolderTier";
  private static final String EXAMPLE = "src/test/java/io/terrace/spi/example/FolderTier.java";

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

  /**
   * A tier of the test resources that keeps its contract, under a type of its own; to be made once
   * for all tests of a class, since compiling takes a second.
   */
  static Compiled outside(Path folder, String type) throws IOException {
    String source = resource("/outside-tier/OutsideTierProvider.java").replace("@TYPE@", type);
    String name = "outside.OutsideTierProvider";
    return Compiled.of(folder, name, source, contract()).provides(name);
  }

  /**
   * Installs the contract's example of a durable tier, with a provider of type {@code folder}.
   *
   * @param place the folder for its jars
   */
  static void installFolderTier(Path folder, Path place) throws IOException {
    Path spi = contract().resolve("../..").normalize();
    String source = // in a package that is not the contract's own
        Files.readString(spi.resolve(EXAMPLE))
            .replace("package io.terrace.spi.example;", "package folder;");
    Path annotations =
        Path.of(
            URI.create(Nullable.class.getProtectionDomain().getCodeSource().getLocation() + ""));
    Path tier =
        Compiled.of(folder, FOLDER_TIER, source, together(contract(), annotations))
            .jar(place.resolve("folder-tier.jar"));
    String provider = "folder.FolderTierProvider";
    Compiled.of(
            folder,
            provider,
            resource("/folder-tier/FolderTierProvider.java"),
            together(contract(), tier))
        .provides(provider)
        .jar(place.resolve("provider.jar"));
  }

  /**
   * Installs the build's own tier of type {@code nfs}.
   *
   * @param place the folder for its jar
   */
  static void installNfsTier(Path place) throws IOException {
    Path classes = Path.of(Objects.requireNonNull(System.getProperty("terrace.test.nfs")));
    new Compiled(classes.normalize()).jar(place.resolve("terrace-tier-nfs-gds.jar"));
  }

  private static Path together(Path first, Path second) {
    return Path.of(first + File.pathSeparator + second);
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
