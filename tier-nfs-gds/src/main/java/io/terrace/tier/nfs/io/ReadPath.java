/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;
import java.nio.file.Path;

/** A way of reading files into native memory. Safe for use by several threads. */
public interface ReadPath extends AutoCloseable {
  /** The word for it in configuration, log and counters: {@code channel}, {@code direct}. */
  String word();

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws IOException if it cannot be opened
   */
  ReadableFile open(Path file) throws IOException;

  /** Bytes that came this way since the start. */
  long bytesRead();

  /** Gives back what the way itself holds; files that are open stay open. */
  @Override
  void close();
}
