/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Puts on the device what was written, before it returns. Safe for use by several threads. */
public interface Forcing {
  /** By the operating system: {@code fdatasync(2)}, for a folder {@code fsync(2)}. */
  Forcing SYSTEM =
      new Forcing() {
        @Override
        public void file(FileChannel channel) throws IOException {
          channel.force(false);
        }

        @Override
        public void file(int descriptor, Path file) throws IOException {
          Posix.force(descriptor, file);
        }

        @Override
        public void folder(Path folder) throws IOException {
          try (FileChannel opened = FileChannel.open(folder)) {
            opened.force(true);
          }
        }
      };

  /** The bytes of a file that is open. */
  void file(FileChannel channel) throws IOException;

  /** The same, for a descriptor. */
  void file(int descriptor, Path file) throws IOException;

  /** The names in a folder. */
  void folder(Path folder) throws IOException;
}
