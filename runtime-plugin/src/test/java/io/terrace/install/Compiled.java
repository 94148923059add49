/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.install;

import java.io.File;
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

/** Java sources, compiled into a folder of classes or a jar: what others would bring. */
public final class Compiled {
  private final Path folder;

  private Compiled(Path folder) {
    this.folder = folder;
  }

  /**
   * Compiles one class.
   *
   * @param parent where the folder of classes is made
   * @param name the class's full name
   * @param classPath what the source may use beside the JDK
   */
  public static Compiled of(Path parent, String name, String source, Path... classPath)
      throws IOException {
    Path sources = Files.createTempDirectory(parent, "sources");
    Path file = sources.resolve(name.substring(name.lastIndexOf('.') + 1) + ".java");
    Files.writeString(file, source);
    Path classes = Files.createTempDirectory(parent, "classes");
    StringBuilder path = new StringBuilder(sources.toString());
    for (Path entry : classPath) {
      path.append(File.pathSeparatorChar).append(entry);
    }
    List<String> options =
        List.of("-d", classes.toString(), "-cp", path.toString(), "-proc:none", "-implicit:none");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      if (!compiler
          .getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
          .call()) {
        throw new AssertionError(name + " does not compile: " + messages);
      }
    }
    return new Compiled(classes);
  }

  /** Names a provider of tiers. */
  public Compiled provides(String provider) throws IOException {
    Path file = folder.resolve("META-INF/services/io.terrace.spi.KvTierProvider");
    Files.createDirectories(file.getParent());
    Files.writeString(file, provider + "\n");
    return this;
  }

  /** The folder of classes. */
  public Path folder() {
    return folder;
  }

  /** Packs all of it. */
  public Path jar(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (OutputStream out = Files.newOutputStream(target);
        JarOutputStream jar = new JarOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(folder.relativize(file).toString()));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
    return target;
  }
}
