/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.KvTier;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each call reaches the tier, in the tier's class loader. */
final class ContextTierTest {
  private static final Set<String> FACTS = Set.of("capabilities", "devicePath");

  private final ClassLoader own = new URLClassLoader("own", new URL[0], null);
  private final List<String> calls = new ArrayList<>();

  private KvTier recording(boolean failing) {
    return (KvTier)
        Proxy.newProxyInstance(
            KvTier.class.getClassLoader(),
            new Class<?>[] {KvTier.class},
            (proxy, method, arguments) -> {
              boolean inside = Thread.currentThread().getContextClassLoader() == own;
              calls.add(method.getName() + (inside ? " inside" : ""));
              if (failing) {
                throw new IllegalStateException("broken");
              }
              Class<?> type = method.getReturnType();
              return type == boolean.class
                  ? (Object) true
                  : type == long.class ? (Object) 7L : null;
            });
  }

  private static List<Method> methods() {
    return Arrays.stream(KvTier.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .toList();
  }

  private static Object call(KvTier tier, Method method) throws Throwable {
    Object[] arguments = new Object[method.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = method.getParameterTypes()[i] == int.class ? (Object) 1 : null;
      if (method.getParameterTypes()[i] == long.class) {
        arguments[i] = 1L;
      }
    }
    try {
      return method.invoke(tier, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void everyMethodOfTheContractIsPassedOnInsideTheLoader() throws Throwable {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    KvTier tier = requireNonNull(ContextTier.open(own, () -> recording(false)));
    Set<String> wanted = new TreeSet<>();
    for (Method method : methods()) {
      call(tier, method);
      wanted.add(method.getName() + (FACTS.contains(method.getName()) ? "" : " inside"));
    }
    assertThat(calls).hasSize(methods().size()).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void theThreadsOwnLoaderIsBackAfterAFailure() {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    KvTier tier = requireNonNull(ContextTier.open(own, () -> recording(true)));
    for (Method method : methods()) {
      assertThatThrownBy(() -> call(tier, method)).hasMessage("broken");
      assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }
    assertThatThrownBy(
            () ->
                ContextTier.open(
                    own,
                    () -> {
                      throw new IllegalStateException("not opened");
                    }))
        .hasMessage("not opened");
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void aTierWithoutALoaderOfItsOwnIsNotWrapped() {
    KvTier tier = recording(false);
    assertThat(ContextTier.open(null, () -> tier)).isSameAs(tier);
  }
}
