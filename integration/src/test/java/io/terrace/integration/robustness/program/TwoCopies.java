/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * Two applications in one host, each with a Jlama of its own, at once; then the first is dropped
 * and the second goes on. Prints {@code collected true} if the first one's loader went.
 *
 * <p>Arguments: the model's folder, Jlama's class path.
 */
public final class TwoCopies {
  private static final long DEADLINE_NANOS = 20_000_000_000L;

  private TwoCopies() {}

  public static void main(String[] arguments) throws Exception {
    ProgramLoader second = loader("second", arguments[1]);
    WeakReference<ClassLoader> first = runBoth(arguments, second);
    System.out.println("collected " + isCollected(first));
    Variants.run(second, arguments[0]);
  }

  private static WeakReference<ClassLoader> runBoth(String[] arguments, ProgramLoader second)
      throws Exception {
    ProgramLoader first = loader("first", arguments[1]);
    Thread thread = new Thread(() -> run(first, arguments[0]));
    thread.start();
    run(second, arguments[0]);
    thread.join();
    endThreads(first);
    first.close();
    return new WeakReference<>(first);
  }

  private static void run(ClassLoader loader, String model) {
    try {
      Variants.run(loader, model);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Chat in " + loader + " cannot be run", e);
    }
  }

  private static ProgramLoader loader(String name, String classPath) throws Exception {
    return new ProgramLoader(name, Variants.urls(classPath), TwoCopies.class.getClassLoader());
  }

  /** Jlama does not end its threads, which hold its loader for a minute. */
  private static void endThreads(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> type = Class.forName("com.github.tjake.jlama.util.PhysicalCoreExecutor", true, loader);
    Object executor = ((Supplier<?>) type.getField("instance").get(null)).get();
    Field pool = type.getDeclaredField("pool");
    pool.setAccessible(true);
    ((ExecutorService) pool.get(executor)).close();
  }

  private static boolean isCollected(WeakReference<ClassLoader> reference)
      throws InterruptedException {
    long end = System.nanoTime() + DEADLINE_NANOS;
    while (reference.get() != null && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(50);
    }
    return reference.get() == null;
  }
}
