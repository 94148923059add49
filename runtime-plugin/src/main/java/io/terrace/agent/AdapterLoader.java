/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Loads the adapter for one copy of Jlama. The agent's own loader is an ancestor of Jlama's in
 * packaged hosts and cannot link Jlama's types; so the adapter's classes are defined again here,
 * where the parent is Jlama's loader. Our other classes are the agent's own: an application may
 * have packed some of them again (the contract of tiers, for one), and its loader may give those
 * out first.
 */
final class AdapterLoader extends ClassLoader {
  private static final String OURS = "io.terrace.";
  private static final String ADAPTER_PACKAGE = OURS + "jlama.";

  private final Class<?> bridge;

  static {
    registerAsParallelCapable();
  }

  /**
   * @param jlama the loader of Jlama
   * @param bridge the class of ours that was defined in that loader: given out by name from here,
   *     since a packaged host's loader may look at its own files only
   */
  AdapterLoader(ClassLoader jlama, Class<?> bridge) {
    super("terrace-jlama", jlama);
    this.bridge = bridge;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.equals(bridge.getName())) {
      return bridge;
    }
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    if (!name.startsWith(ADAPTER_PACKAGE)) {
      return Class.forName(name, false, AdapterLoader.class.getClassLoader());
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try {
      byte[] bytes = classFile(name);
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** The class file of a class that the agent's jar holds. */
  static byte[] classFile(String name) throws IOException {
    String path = "/" + name.replace('.', '/') + ".class";
    try (InputStream in = TerraceAgent.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new FileNotFoundException("the agent's jar lacks " + path);
      }
      return in.readAllBytes();
    }
  }
}
