/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.Forcing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Forces as the system does, and remembers what. */
final class RecordedForcing implements Forcing {
  private final AtomicInteger files = new AtomicInteger();
  private final List<Path> folders = new CopyOnWriteArrayList<>();

  int files() {
    return files.get();
  }

  List<Path> folders() {
    return folders;
  }

  @Override
  public void file(FileChannel channel) throws IOException {
    SYSTEM.file(channel);
    files.incrementAndGet();
  }

  @Override
  public void file(int descriptor, Path file) throws IOException {
    SYSTEM.file(descriptor, file);
    files.incrementAndGet();
  }

  @Override
  public void folder(Path folder) throws IOException {
    SYSTEM.folder(folder);
    folders.add(folder);
  }
}
