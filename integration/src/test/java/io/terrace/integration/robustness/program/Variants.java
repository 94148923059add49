/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs {@link Chat} on several copies of Jlama one after the other, each in a loader of its own.
 * Begins each with a line {@code == name} in output and errors; prints {@code thrown <what>} if it
 * did not go well.
 *
 * <p>Arguments: the model's folder, {@code system} or {@code platform} for the parent of the
 * loaders, the class path that all share, then {@code name=jlama-core.jar} for each.
 */
public final class Variants {
  private Variants() {}

  public static void main(String[] arguments) throws Exception {
    ClassLoader parent =
        arguments[1].equals("platform")
            ? ClassLoader.getPlatformClassLoader()
            : Variants.class.getClassLoader();
    for (String variant : List.of(arguments).subList(3, arguments.length)) {
      int split = variant.indexOf('=');
      String name = variant.substring(0, split);
      System.out.println("== " + name);
      System.err.println("== " + name);
      URL[] jars = urls(variant.substring(split + 1) + File.pathSeparator + arguments[2]);
      try (ProgramLoader loader = new ProgramLoader(name, jars, parent)) {
        run(loader, arguments[0]);
      }
    }
  }

  static void run(ClassLoader loader, String model) throws ReflectiveOperationException {
    run(loader, "Chat", model);
  }

  /** Runs a program of this package as a class of the loader. */
  static void run(ClassLoader loader, String program, String model)
      throws ReflectiveOperationException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader); // as hosts do
    try {
      Class.forName(Variants.class.getPackageName() + "." + program, true, loader)
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {model, "2"});
    } catch (InvocationTargetException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      System.out.println("thrown " + root);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  static URL[] urls(String classPath) throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      urls.add(new File(entry).toURI().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
