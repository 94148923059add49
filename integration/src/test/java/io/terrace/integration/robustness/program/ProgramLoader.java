/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * The loader of an application inside a host, with a Jlama of its own: programs of this package are
 * its classes, everything else is asked of the parent first.
 */
final class ProgramLoader extends URLClassLoader {
  private static final String PROGRAMS = ProgramLoader.class.getPackageName() + ".";

  ProgramLoader(String name, URL[] jars, ClassLoader parent) {
    super(name, jars, parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PROGRAMS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
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
