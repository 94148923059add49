/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import java.net.URL;
import java.net.URLClassLoader;
import org.jspecify.annotations.Nullable;

/**
 * Loads a native library and the codec that uses it; all else, the codec's interfaces included, is
 * its parent's.
 */
final class LibraryLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  LibraryLoader(String name, URL[] urls, ClassLoader parent) {
    super("terrace:" + name, urls, parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!isOwn(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  /** The library's native part too must be its own, not that of a copy which the parent sees. */
  @Override
  public @Nullable URL getResource(String name) {
    URL own = findResource(name);
    return own != null ? own : super.getResource(name);
  }

  private static boolean isOwn(String name) {
    return name.startsWith("io.terrace.codec.library.")
        || name.startsWith("com.github.luben.zstd.")
        || name.startsWith("net.jpountz.");
  }
}
