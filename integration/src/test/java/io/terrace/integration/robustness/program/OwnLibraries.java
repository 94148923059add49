/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.util.Map;

/**
 * An application with versions of its own of libraries that the plugin has, too. Uses them before
 * and after {@link Chat}; prints {@code library <name> <jar>} for each.
 *
 * <p>Argument: the model's folder.
 */
public final class OwnLibraries {
  private OwnLibraries() {}

  public static void main(String[] arguments) throws Exception {
    useAll();
    Chat.main(new String[] {arguments[0], "1"});
    useAll();
  }

  private static void useAll() throws ReflectiveOperationException {
    Class<?> caffeine = library("com.github.benmanes.caffeine.cache.Caffeine");
    Object builder = caffeine.getMethod("newBuilder").invoke(null);
    caffeine.getMethod("maximumSize", long.class).invoke(builder, 1);
    Object cache = caffeine.getMethod("build").invoke(builder);
    Class<?> caches = Class.forName("com.github.benmanes.caffeine.cache.Cache");
    caches.getMethod("put", Object.class, Object.class).invoke(cache, "key", "value");
    Object got = ((Map<?, ?>) caches.getMethod("asMap").invoke(cache)).get("key");
    System.out.println("cached " + got);

    Class<?> byteBuddy = library("net.bytebuddy.ByteBuddy");
    byteBuddy.getConstructor().newInstance();
    library("org.snakeyaml.engine.v2.api.Load");
  }

  private static Class<?> library(String name) throws ClassNotFoundException {
    Class<?> type = Class.forName(name);
    String location = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    String jar = location.substring(location.lastIndexOf('/') + 1);
    System.out.println("library " + type.getSimpleName() + " " + jar);
    return type;
  }
}
