/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/**
 * The loader of an application inside a host, with a Jlama of its own: programs of this package are
 * its classes, everything else is asked of the parent first, but for the packages whose classes the
 * host takes from the application's jars first.
 */
final class ProgramLoader extends URLClassLoader {
  private static final String PROGRAMS = ProgramLoader.class.getPackageName() + ".";

  private final List<String> ownFirst;

  ProgramLoader(String name, URL[] jars, ClassLoader parent) {
    this(name, jars, parent, List.of());
  }

  /**
   * @param ownFirst what the names of the classes begin with that its own jars are asked for first
   */
  ProgramLoader(String name, URL[] jars, ClassLoader parent, List<String> ownFirst) {
    super(name, jars, parent);
    this.ownFirst = List.copyOf(ownFirst);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean program = name.startsWith(PROGRAMS);
    if (!program && ownFirst.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      return program ? define(name) : findClass(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.substring(PROGRAMS.length()) + ".class";
    try (InputStream in = ProgramLoader.class.getResourceAsStream(file)) {
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
