/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.install;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds libraries whose native parts carry the names of their Java packages, so that they cannot be
 * relocated into the agent's jar: they lie in {@code lib/} beside it. Our classes that use them are
 * defined here again, beside the libraries; all other classes of ours are the agent's, so that
 * interfaces and values are the same on both sides. Of the application nothing is seen: its copies
 * of the same libraries are neither used nor disturbed.
 *
 * <p>A class that is defined here must not be named by one that is not: it is loaded by its name
 * and used through an interface. Never closed.
 */
public final class LibraryLoader extends URLClassLoader {
  private static final String OURS = "io.terrace.";

  private final ClassLoader agent;
  private final List<String> users;

  static {
    registerAsParallelCapable();
  }

  private LibraryLoader(URL[] jars, ClassLoader agent, List<String> users) {
    super("terrace-lib", jars, ClassLoader.getPlatformClassLoader());
    this.agent = agent;
    this.users = List.copyOf(users);
  }

  /**
   * The loader to take classes from that use such libraries, in this process. Without an installed
   * agent, as in tests and IDEs, all of them are on the class path.
   *
   * @param users what the names of the classes that use the libraries begin with
   * @throws IOException if the folder {@code lib/} cannot be read
   */
  public static ClassLoader ofThisProcess(String... users) throws IOException {
    AgentFolder folder = AgentFolder.ofThisProcess();
    ClassLoader own = LibraryLoader.class.getClassLoader();
    return folder == null ? own : of(folder.lib(), own, users);
  }

  /**
   * As {@link #ofThisProcess}, for another folder and agent.
   *
   * @param lib the folder of the libraries; one that is not there leaves them out, and with them
   *     whatever class of ours needs them
   * @param agent has our classes, and the application's
   * @param users what the names of the classes that use the libraries begin with
   * @throws IOException if the folder cannot be read
   */
  public static ClassLoader of(Path lib, ClassLoader agent, String... users) throws IOException {
    return new LibraryLoader(jars(lib), agent, List.of(users));
  }

  private static URL[] jars(Path lib) throws IOException {
    if (!Files.isDirectory(lib)) {
      return new URL[0];
    }
    List<Path> jars;
    try (Stream<Path> files = Files.list(lib)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return urls;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (users.stream().anyMatch(name::startsWith)) {
      return define(name);
    }
    return name.startsWith(OURS) ? agent.loadClass(name) : super.findClass(name);
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = agent.getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
