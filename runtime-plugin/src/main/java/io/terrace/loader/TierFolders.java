/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The folder {@code tiers/}: one folder a tier, in the order of their names. */
final class TierFolders {
  private final Path root;
  private final ClassLoader agent;
  private final PluginLog log;

  TierFolders(Path root, ClassLoader agent, PluginLog log) {
    this.root = root;
    this.agent = agent;
    this.log = log;
  }

  /** The providers of all folders; what cannot be used is told of and left out. */
  List<FoundTier> find() {
    List<FoundTier> found = new ArrayList<>();
    if (!Files.exists(root)) {
      return found;
    }
    try {
      for (Path entry : entries(root, name -> !name.startsWith("."))) {
        if (Files.isDirectory(entry)) {
          found.addAll(tiersOf(entry));
        } else if (entry.toString().endsWith(".jar")) {
          leftOut(entry, "a tier has a folder of its own there, with all its jars in it");
        }
      }
    } catch (IOException e) {
      log.warn("no tier is taken from " + root + ", which cannot be read: " + e);
    }
    return found;
  }

  private List<FoundTier> tiersOf(Path folder) {
    try {
      List<URL> jars = new ArrayList<>();
      for (Path jar : entries(folder, name -> name.endsWith(".jar"))) {
        requireReadable(jar);
        jars.add(url(jar));
      }
      ClassLoader loader = new TierFolderLoader(nameOf(folder), jars.toArray(URL[]::new), agent);
      Providers providers = new Providers(loader, folder.toString(), log);
      List<FoundTier> found = providers.find(type -> folder.toString(), loader);
      if (found.isEmpty() && !providers.failed()) {
        leftOut(folder, "none of its " + jars.size() + " jars has " + Providers.SERVICE_FILE);
      }
      return found;
    } catch (IOException e) {
      leftOut(folder, e.toString());
      return List.of();
    }
  }

  private void leftOut(Path entry, String why) {
    log.warn("a tier is left out: " + entry + ": " + why);
  }

  /** A class loader passes over a jar that it cannot read without a word. */
  private static void requireReadable(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      file.getManifest();
    } catch (IOException e) {
      throw new IOException(nameOf(jar) + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Path> entries(Path folder, Predicate<String> wanted) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> wanted.test(nameOf(file))).sorted().toList();
    }
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }
}
