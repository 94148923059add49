/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.terrace.agent.jlama.JlamaHook;
import io.terrace.agent.jlama.JlamaHooks;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/**
 * What a Jlama at hand has of what the adapter needs, read from its class files: no class of it is
 * loaded for that.
 *
 * @param hooks the hooks whose methods are there
 * @param missing what is required and not there, for a message
 */
record JlamaShape(Set<JlamaHook> hooks, List<String> missing) {
  private static final String JLAMA = "com.github.tjake.jlama.";
  private static final String KV_BUFFER = JLAMA + "tensor.KvBufferCache$KvBuffer";

  private static final String VERSION = "META-INF/maven/com.github.tjake/jlama-core/pom.properties";

  /** Those that the plugin was tried with. */
  private static final Set<String> KNOWN = Set.of("0.8.1", "0.8.2", "0.8.3", "0.8.4");

  /** Methods that hand out KV. Ours override them all, so there must be no other. */
  private static final Set<String> KV_ACCESSORS =
      Set.of(
          "getKeyTensorForPosition(int, int)",
          "getValTensorForPosition(int, int)",
          "getKeyTensorsUptoPosition(int, int)",
          "getValTensorsUptoPosition(int, int)");

  static JlamaShape read(ClassLoader loader) {
    TypePool pool =
        TypePool.Default.WithLazyResolution.of(ClassFileLocator.ForClassLoader.of(loader));
    Set<JlamaHook> hooks = EnumSet.noneOf(JlamaHook.class);
    List<String> missing = new ArrayList<>();
    if (!seesAgent(loader)) {
      missing.add(
          "a way to the agent's classes: its class loader "
              + loader
              + " has to have the system class loader for an ancestor");
    }
    String version = version(loader);
    if (!version.isEmpty() && !KNOWN.contains(version)) {
      missing.add("a version that is known: it is " + version);
    }
    for (JlamaHook hook : JlamaHook.values()) {
      TypePool.Resolution type = pool.describe(hook.type());
      if (type.isResolved() && declares(type.resolve(), methodOf(hook))) {
        hooks.add(hook);
      } else if (hook.isRequired()) {
        missing.add(hook.toString());
      }
    }
    TypePool.Resolution buffer = pool.describe(KV_BUFFER);
    if (buffer.isResolved()) {
      compareAccessors(buffer.resolve(), missing);
    } else {
      missing.add("KvBuffer");
    }
    return new JlamaShape(hooks, List.copyOf(missing));
  }

  /** What Maven wrote into Jlama's jar; nothing where it was packed without that. */
  private static String version(ClassLoader loader) {
    Properties properties = new Properties();
    try (InputStream in = loader.getResourceAsStream(VERSION)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException | IllegalArgumentException e) {
      return "not to be read: " + e;
    }
    return properties.getProperty("version", "");
  }

  /** Advice in Jlama's classes calls the agent by name, so that Jlama's loader has to find it. */
  private static boolean seesAgent(ClassLoader loader) {
    try {
      return Class.forName(JlamaHooks.class.getName(), false, loader) == JlamaHooks.class;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static boolean declares(
      TypeDescription type, ElementMatcher<? super MethodDescription> method) {
    return !type.getDeclaredMethods().filter(method).isEmpty();
  }

  private static void compareAccessors(TypeDescription buffer, List<String> missing) {
    List<String> found =
        buffer.getDeclaredMethods().filter(JlamaShape::handsOutKv).stream()
            .map(method -> method.getName() + parameterNames(method))
            .toList();
    for (String accessor : KV_ACCESSORS) {
      if (!found.contains(accessor)) {
        missing.add("KvBuffer." + accessor);
      }
    }
    for (String accessor : found) {
      if (!KV_ACCESSORS.contains(accessor)) {
        missing.add("a substitute for KvBuffer." + accessor + ", which is not known");
      }
    }
  }

  private static boolean handsOutKv(MethodDescription.InDefinedShape method) {
    return !method.isPrivate()
        && method.getReturnType().asErasure().getActualName().startsWith(JLAMA + "tensor.")
        && !method.getReturnType().asErasure().getActualName().contains("KvPageContext");
  }

  private static String parameterNames(MethodDescription method) {
    return "(" + String.join(", ", parameterTypes(method)) + ")";
  }

  private static List<String> parameterTypes(MethodDescription method) {
    return method.getParameters().asTypeList().asErasures().stream()
        .map(TypeDescription::getActualName)
        .toList();
  }

  /** Matches exactly the hook's method. */
  static ElementMatcher.Junction<MethodDescription> methodOf(JlamaHook hook) {
    return named(hook.method())
        .<MethodDescription>and(takesArguments(hook.parameters().size()))
        .and(method -> parameterTypes(method).equals(hook.parameters()));
  }

  /** Whether the plugin may touch this Jlama at all. */
  boolean isUsable() {
    return missing.isEmpty();
  }
}
