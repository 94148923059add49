/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What a third party brings: Java sources, compiled into a folder of classes, with what they
 * provide.
 *
 * @param classes a folder for a class path
 */
record Compiled(Path classes) {
  private static final String PROVIDERS = "META-INF/services/io.terrace.spi.KvTierProvider";

  /**
   * Compiles one class.
   *
   * @param folder where a folder for it is made
   * @param name the class's full name
   * @param classPath what it may use beside the JDK
   */
  static Compiled of(Path folder, String name, String source, Path classPath) throws IOException {
    Path sources = Files.createTempDirectory(folder, "sources");
    Path file = sources.resolve(name.substring(name.lastIndexOf('.') + 1) + ".java");
    Files.writeString(file, source);
    Path classes = Files.createTempDirectory(folder, "classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of("-d", classes.toString(), "-cp", classPath.toString(), "-proc:none");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
              .call();
      if (!compiled) {
        throw new AssertionError(name + " does not compile: " + messages);
      }
    }
    return new Compiled(classes);
  }

  /** A folder of no classes. */
  static Compiled none(Path folder) throws IOException {
    return new Compiled(Files.createTempDirectory(folder, "classes"));
  }

  /** Names a provider of tiers. */
  Compiled provides(String provider) throws IOException {
    Path services = classes.resolve(PROVIDERS);
    Files.createDirectories(services.getParent());
    Files.writeString(services, provider + "\n");
    return this;
  }

  /** Packs all of it into a jar. */
  Path jar(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (OutputStream out = Files.newOutputStream(target);
        JarOutputStream jar = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
    return target;
  }
}
