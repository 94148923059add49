/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import io.terrace.agent.jlama.JlamaHook;
import io.terrace.agent.jlama.JlamaHooks;
import io.terrace.agent.jlama.JlamaRuntime;
import io.terrace.loader.PluginLog;
import io.terrace.loader.TerracePlugin;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** One adapter for each class loader that Jlama was loaded by. Safe for use by several threads. */
final class JlamaAdapters {
  private static final String ADAPTER = "io.terrace.jlama.JlamaAdapter";
  private static final String KV_BUFFER_CACHE = "com.github.tjake.jlama.tensor.KvBufferCache";
  private static final String KV_BUFFER = "com.github.tjake.jlama.tensor.TerraceKvBuffer";

  private final PluginSource plugin;
  private final Map<ClassLoader, JlamaShape> shapes =
      Collections.synchronizedMap(new WeakHashMap<>());

  // Kept with a class of that Jlama and not in a map: the adapter refers to its loader, and both
  // must go together when a host drops an application.
  private final ClassValue<Optional<JlamaRuntime>> adapters =
      new ClassValue<>() {
        @Override
        protected Optional<JlamaRuntime> computeValue(Class<?> cache) {
          return Optional.ofNullable(open(cache));
        }
      };

  JlamaAdapters(PluginSource plugin) {
    this.plugin = plugin;
  }

  PluginLog log() {
    return plugin.log();
  }

  /** From now on advice finds its adapter here. To be called before any advice runs. */
  void connect() {
    JlamaHooks.connect(this::forLoader, plugin::failed);
  }

  /** What the Jlama of a loader has; says so once if that is not enough. */
  JlamaShape shape(ClassLoader loader) {
    return shapes.computeIfAbsent(loader, this::readShape);
  }

  private JlamaShape readShape(ClassLoader loader) {
    JlamaShape shape = JlamaShape.read(loader);
    if (!shape.isUsable()) {
      log()
          .warn(
              "off for this Jlama, which runs as without the plugin: it lacks "
                  + String.join(", ", shape.missing())
                  + " (known are versions 0.8.1 to 0.8.4)");
    } else if (!shape.hooks().containsAll(EnumSet.allOf(JlamaHook.class))) {
      log()
          .warn(
              "this Jlama lacks "
                  + EnumSet.complementOf(EnumSet.copyOf(shape.hooks()))
                  + " (known are versions 0.8.1 to 0.8.4): what needs that stays off");
    }
    return shape;
  }

  /**
   * The adapter for a loader, or null if there cannot be one. Under a lock: two threads that meet a
   * Jlama for the first time at once must not both make one.
   */
  private synchronized @Nullable JlamaRuntime forLoader(ClassLoader loader) {
    try {
      return adapters.get(Class.forName(KV_BUFFER_CACHE, false, loader)).orElse(null);
    } catch (ClassNotFoundException e) {
      return null; // the shape was found wanting, and told so
    }
  }

  private @Nullable JlamaRuntime open(Class<?> cache) {
    ClassLoader loader = cache.getClassLoader();
    JlamaShape shape = shape(loader);
    TerracePlugin made = shape.isUsable() ? plugin.get(loader) : null;
    if (made == null) {
      return null;
    }
    try {
      ClassLoader adapterLoader = new AdapterLoader(loader, defineBridge(cache));
      return Class.forName(ADAPTER, true, adapterLoader)
          .asSubclass(JlamaRuntime.class)
          .getConstructor(TerracePlugin.class, Set.class)
          .newInstance(made, shape.hooks());
    } catch (ReflectiveOperationException | IOException | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      log().warn("off for this Jlama, which runs as without the plugin: " + cause);
      return null;
    }
  }

  /** Defines the class of ours that must be of Jlama's own package and loader. */
  private static Class<?> defineBridge(Class<?> cache)
      throws IOException, ReflectiveOperationException {
    try {
      return MethodHandles.privateLookupIn(cache, MethodHandles.lookup())
          .defineClass(AdapterLoader.classFile(KV_BUFFER));
    } catch (LinkageError e) {
      return Class.forName(KV_BUFFER, false, cache.getClassLoader()); // defined before
    }
  }
}
