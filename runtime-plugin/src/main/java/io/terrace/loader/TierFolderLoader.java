/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import java.net.URL;
import java.net.URLClassLoader;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one folder of {@code tiers/}. They see the JDK, the agent's {@code io.terrace.spi}
 * and each other: no class of the application, of another tier, or of the agent beyond the
 * contract. A copy of the contract in the folder is not looked at.
 *
 * <p>Never closed: a tier may load a class as late as in its shutdown.
 */
final class TierFolderLoader extends URLClassLoader {
  private static final String CONTRACT = "io.terrace.spi.";

  private final ClassLoader agent;

  static {
    registerAsParallelCapable();
  }

  TierFolderLoader(String name, URL[] jars, ClassLoader agent) {
    super("terrace-tier-" + name, jars, ClassLoader.getPlatformClassLoader());
    this.agent = agent;
  }

  /** Asked for what the JDK does not have. */
  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    return name.startsWith(CONTRACT) ? agent.loadClass(name) : super.findClass(name);
  }

  @Override
  public @Nullable URL findResource(String name) {
    boolean contract = name.startsWith(CONTRACT.replace('.', '/'));
    return contract ? agent.getResource(name) : super.findResource(name);
  }
}
