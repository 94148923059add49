/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The least that a tier does for {@link GdsPath}: files in a folder. */
final class FolderFiles implements DeviceFiles {
  private final Path folder;
  final List<ChunkKey> used = new ArrayList<>();

  FolderFiles(Path folder) {
    this.folder = folder;
  }

  @Override
  public Path file(ChunkKey key) {
    return folder.resolve(key.hex());
  }

  @Override
  public void used(ChunkKey key) {
    used.add(key);
  }

  @Override
  public WriteResult store(ChunkDescriptor chunk, long bytes, Content content, Deadline deadline)
      throws TierException {
    Path file = file(chunk.key());
    if (Files.exists(file) && !chunk.replaces()) {
      return WriteResult.PRESENT;
    }
    Path temporary = folder.resolve("temporary");
    try {
      content.write(temporary);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      return WriteResult.STORED;
    } catch (IOException e) {
      temporary.toFile().delete();
      throw new TierException("not stored", e);
    }
  }
}
