/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.KvTierProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one tier's jars. As those of a folder of {@code tiers/} they see the JDK, the
 * contract and each other, nothing of the application: a tier is measured as users have it. Never
 * closed: a tier may load a class as late as in its shutdown.
 */
final class JarsLoader extends URLClassLoader {
  private static final String CONTRACT = "io.terrace.spi.";

  private final ClassLoader contract = KvTierProvider.class.getClassLoader();

  static {
    registerAsParallelCapable();
  }

  JarsLoader(String name, List<URL> jars) {
    super("wrapped-" + name, jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /** Asked for what the JDK does not have. */
  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    return name.startsWith(CONTRACT) ? contract.loadClass(name) : super.findClass(name);
  }

  @Override
  public @Nullable URL findResource(String name) {
    boolean ofContract = name.startsWith(CONTRACT.replace('.', '/'));
    return ofContract ? contract.getResource(name) : super.findResource(name);
  }
}
