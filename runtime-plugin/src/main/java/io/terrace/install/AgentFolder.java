/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.install;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The folder that the agent's jar was installed in: the jar, and beside it {@code tiers/} and
 * {@code lib/}. There is none where our classes come from elsewhere, as in tests and IDEs.
 */
public final class AgentFolder {
  private final Path jar;

  /**
   * @param jar the agent's jar
   */
  public AgentFolder(Path jar) {
    this.jar = jar;
  }

  /** Where this process has its agent from, or null. */
  public static @Nullable AgentFolder ofThisProcess() {
    Path jar = sourceOf(AgentFolder.class);
    return jar != null && isAgent(jar) ? new AgentFolder(jar) : null;
  }

  /** The jar or folder that a class was loaded from; null if that is no file. */
  public static @Nullable Path sourceOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return null;
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return null; // inside of another jar, as in a host's own format
    }
  }

  private static boolean isAgent(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      Manifest manifest = jar.getManifest();
      return manifest != null
          && manifest.getMainAttributes().containsKey(new Attributes.Name("Premain-Class"));
    } catch (IOException e) {
      return false;
    }
  }

  /** The agent's jar. */
  public Path jar() {
    return jar;
  }

  /** Tiers, a folder each; may not be there. */
  public Path tiers() {
    return beside("tiers");
  }

  /** Libraries that cannot live in the agent's jar; may not be there. */
  public Path lib() {
    return beside("lib");
  }

  /** Beside the jar as it was named; else, if that is a link, beside the jar itself. */
  private Path beside(String name) {
    Path named = jar.resolveSibling(name);
    try {
      Path real = jar.toRealPath().resolveSibling(name);
      return !Files.exists(named) && Files.exists(real) ? real : named;
    } catch (IOException e) {
      return named;
    }
  }
}
