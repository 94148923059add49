/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.install.AgentFolder;
import io.terrace.install.LibraryLoader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A library with native code, which lies in the folder {@code lib} beside the agent's jar, or on
 * the class path where there is no such folder. Only the codecs in {@code io.terrace.codec.library}
 * use one.
 */
enum Library {
  ZSTD("zstd-jni"),
  LZ4("lz4-java");

  static final String USERS = "io.terrace.codec.library.";

  private final String artifact;

  Library(String artifact) {
    this.artifact = artifact;
  }

  /** Where it is looked for, for messages. */
  String place() {
    AgentFolder folder = AgentFolder.ofThisProcess();
    return "lib/"
        + artifact
        + "-….jar beside "
        + (folder == null ? "terrace-agent.jar" : folder.jar());
  }

  private static @Nullable ClassLoader loader; // guarded by the class

  /**
   * The loader of the codecs that use libraries.
   *
   * @throws IOException if the folder cannot be read
   */
  static synchronized ClassLoader loader() throws IOException {
    ClassLoader current = loader;
    if (current == null) {
      current = LibraryLoader.ofThisProcess(USERS);
      loader = current;
    }
    return current;
  }
}
