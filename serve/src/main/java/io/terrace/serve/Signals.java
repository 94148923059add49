/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes signals before the JVM ends by them. Not by a shutdown hook: the plugin has one of its own,
 * which ends its tiers, and hooks run in any order. {@code sun.misc.Signal} is in the JDK's module
 * jdk.unsupported and has no other name; it is reached by reflection, since javac warns of it in a
 * way that nothing suppresses.
 */
final class Signals {
  private static final Logger LOG = System.getLogger(Signals.class.getName());

  private Signals() {}

  /** Does something, on a thread of the JVM, each time that one of the signals comes. */
  static void handle(List<String> names, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> call(method, arguments, proxy, action));
      Method handle = signal.getMethod("handle", signal, handler);
      for (String name : names) {
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
      }
    } catch (ReflectiveOperationException e) {
      LOG.log(
          Level.WARNING,
          "signals end this JVM at once, and not when its answers have ended: no sun.misc.Signal",
          e);
    }
  }

  private static @Nullable Object call(
      Method method, Object[] arguments, Object proxy, Runnable action) {
    return switch (method.getName()) {
      case "handle" -> {
        action.run();
        yield null;
      }
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "handler of signals";
    };
  }
}
