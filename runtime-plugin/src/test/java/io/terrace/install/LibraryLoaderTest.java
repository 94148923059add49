/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes of ours that use a library of {@code lib/}, beside an application with another one. */
final class LibraryLoaderTest {
  private static final String USER =
      """
      package io.terrace.standin.jni;

      public final class User implements java.util.function.Supplier<Object[]> {
        @Override public Object[] get() {
          return new Object[] {
            library.Library.VERSION.get(), io.terrace.standin.Shared.class, new Helper().name()
          };
        }

        private static final class Helper {
          String name() {
            return String.valueOf(getClass().getClassLoader().getName());
          }
        }
      }
      """;

  private final Path folder;
  private final Path lib;

  LibraryLoaderTest(@TempDir Path folder) {
    this.folder = folder;
    lib = folder.resolve("lib");
  }

  private Compiled library(String version) throws IOException {
    String source =
        "package library; public final class Library {"
            + " public static final java.util.function.Supplier<String> VERSION = () -> \""
            + version
            + "\"; }";
    return Compiled.of(folder, "library.Library", source);
  }

  /** Has our classes and the application's, as the system class loader with an agent. */
  private ClassLoader agent(Compiled... more) throws IOException {
    Compiled shared =
        Compiled.of(
            folder,
            "io.terrace.standin.Shared",
            "package io.terrace.standin; public final class Shared {}");
    Compiled user =
        Compiled.of(
            folder,
            "io.terrace.standin.jni.User",
            USER,
            shared.folder(),
            library("compiled").folder());
    URL[] urls = new URL[2 + more.length];
    urls[0] = shared.folder().toUri().toURL();
    urls[1] = user.folder().toUri().toURL();
    for (int i = 0; i < more.length; i++) {
      urls[2 + i] = more[i].folder().toUri().toURL();
    }
    return new URLClassLoader("agent", urls, ClassLoader.getPlatformClassLoader());
  }

  @SuppressWarnings("unchecked") // as its source says
  private static Object[] use(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> user = Class.forName("io.terrace.standin.jni.User", true, loader);
    return ((Supplier<Object[]>) user.getConstructor().newInstance()).get();
  }

  private ClassLoader libraries(ClassLoader agent) throws IOException {
    return LibraryLoader.of(lib, agent, "io.terrace.standin.jni.");
  }

  @Test
  void eachSideUsesItsOwnVersionAndOurOtherClassesAreTheSame() throws Exception {
    library("ours").jar(lib.resolve("library.jar"));
    ClassLoader agent = agent(library("theirs"));
    Class<?> shared = agent.loadClass("io.terrace.standin.Shared");
    assertThat(use(libraries(agent))).containsExactly("ours", shared, "terrace-lib");
    assertThat(use(agent)).containsExactly("theirs", shared, "agent");
  }

  @Test
  void withoutTheFolderTheApplicationsLibraryIsNotUsed() throws Exception {
    ClassLoader loader = libraries(agent(library("theirs")));
    assertThatThrownBy(() -> use(loader))
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessageContaining("library/Library");
  }

  @Test
  void whatIsNeitherOursNorALibraryIsNotSeen() throws IOException {
    Files.createDirectory(lib);
    ClassLoader loader = libraries(agent(library("theirs")));
    assertThatThrownBy(() -> loader.loadClass("library.Library"))
        .isInstanceOf(ClassNotFoundException.class);
    assertThatThrownBy(() -> loader.loadClass("org.junit.jupiter.api.Test"))
        .isInstanceOf(ClassNotFoundException.class);
    assertThatThrownBy(() -> loader.loadClass("io.terrace.standin.jni.Missing"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void whereNoAgentIsInstalledTheClassesAreSimplyThere() throws IOException {
    assertThat(LibraryLoader.ofThisProcess("io.terrace.codec."))
        .isSameAs(LibraryLoader.class.getClassLoader());
  }
}
