/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * A library with native code. Such a library cannot be renamed and packed into the agent's jar, for
 * its symbols carry its package; it lies in the folder {@code lib} beside that jar, and is loaded
 * there by a loader of its own, so that it never meets a copy of the application's. Where there is
 * no such folder it is on the class path, as a dependency of whoever put this package there.
 */
final class Library {
  static final Library ZSTD = new Library("zstd-jni");
  static final Library LZ4 = new Library("lz4-java");

  private final String artifact;
  private @Nullable ClassLoader loader;

  private Library(String artifact) {
    this.artifact = artifact;
  }

  /** Where it is looked for, for messages. */
  String place() {
    Path home = home();
    return "lib/" + artifact + "-….jar beside " + (home == null ? "terrace-agent.jar" : home);
  }

  /** The loader that sees the library, if it is there; one for all codecs. */
  synchronized ClassLoader loader() {
    ClassLoader current = loader;
    if (current == null) {
      current = newLoader();
      loader = current;
    }
    return current;
  }

  private ClassLoader newLoader() {
    ClassLoader own = Library.class.getClassLoader();
    Path home = home();
    Path jar = home == null ? null : jar(home.resolveSibling("lib"));
    return home == null || jar == null
        ? own
        : new LibraryLoader(artifact, new URL[] {url(jar), url(home)}, own);
  }

  private @Nullable Path jar(Path folder) {
    File[] files =
        folder
            .toFile()
            .listFiles((where, name) -> name.startsWith(artifact + "-") && name.endsWith(".jar"));
    return files == null || files.length == 0 ? null : files[0].toPath();
  }

  /** The jar that this class came from; null if it came from a folder, or nobody knows. */
  private static @Nullable Path home() {
    CodeSource source = Library.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return null;
    }
    try {
      URI location = source.getLocation().toURI();
      Path path = "file".equals(location.getScheme()) ? Path.of(location) : null;
      return path != null && Files.isRegularFile(path) ? path : null;
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null;
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a path without a URL: " + path, e);
    }
  }
}
