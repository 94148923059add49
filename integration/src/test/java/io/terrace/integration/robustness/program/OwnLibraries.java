/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.util.Map;

/**
 * An application with versions of its own of libraries that the plugin has, too. Uses them before
 * and after {@link Chat}; prints {@code library <name> <jar>} for each, and what came of the use.
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
    useCaffeine();
    library("net.bytebuddy.ByteBuddy").getConstructor().newInstance();
    useYamlEngine();
    Class<?> yaml = library("org.yaml.snakeyaml.Yaml");
    Object parser = yaml.getConstructor().newInstance();
    System.out.println(
        "parsed " + yaml.getMethod("load", String.class).invoke(parser, "by: SnakeYAML"));
  }

  private static void useCaffeine() throws ReflectiveOperationException {
    Class<?> caffeine = library("com.github.benmanes.caffeine.cache.Caffeine");
    Object builder = caffeine.getMethod("newBuilder").invoke(null);
    caffeine.getMethod("maximumSize", long.class).invoke(builder, 1);
    Object cache = caffeine.getMethod("build").invoke(builder);
    Class<?> caches = Class.forName("com.github.benmanes.caffeine.cache.Cache");
    caches.getMethod("put", Object.class, Object.class).invoke(cache, "key", "value");
    Object got = ((Map<?, ?>) caches.getMethod("asMap").invoke(cache)).get("key");
    System.out.println("cached " + got);
  }

  private static void useYamlEngine() throws ReflectiveOperationException {
    Class<?> load = library("org.snakeyaml.engine.v2.api.Load");
    Class<?> settings = Class.forName("org.snakeyaml.engine.v2.api.LoadSettings");
    Object builder = settings.getMethod("builder").invoke(null);
    Object built = builder.getClass().getMethod("build").invoke(builder);
    Object parser = load.getConstructor(settings).newInstance(built);
    Object parsed =
        load.getMethod("loadFromString", String.class).invoke(parser, "by: SnakeYAML Engine");
    System.out.println("parsed " + parsed);
  }

  private static Class<?> library(String name) throws ClassNotFoundException {
    Class<?> type = Class.forName(name);
    String location = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    String jar = location.substring(location.lastIndexOf('/') + 1);
    System.out.println("library " + type.getSimpleName() + " " + jar);
    return type;
  }
}
