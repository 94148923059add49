/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.Deflater;

/** Copies of Jlama's jar with something changed. */
final class JlamaJar {
  private static final String CLASS = ".class";

  private JlamaJar() {}

  /** The jar of this process' class path. */
  static Path original() {
    return ChildJvm.classPath(name -> name.startsWith("jlama-core")).getFirst();
  }

  /** Writes a changed copy. */
  static Path changed(Path target, JlamaChange change) throws IOException {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    Map<String, byte[]> others = new LinkedHashMap<>();
    try (JarFile jar = new JarFile(original().toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        byte[] bytes = jar.getInputStream(entry).readAllBytes();
        String name = entry.getName();
        if (name.startsWith(JlamaChange.PACKAGE) && name.endsWith(CLASS)) {
          classes.put(name.substring(0, name.length() - CLASS.length()), bytes);
        } else if (!entry.isDirectory()) {
          others.put(name, bytes);
        }
      }
    }
    change.apply(classes);
    classes.forEach((path, bytes) -> others.put(path + CLASS, bytes));
    write(target, others);
    return target;
  }

  private static void write(Path target, Map<String, byte[]> entries) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(target))) {
      jar.setLevel(Deflater.BEST_SPEED);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    }
  }
}
