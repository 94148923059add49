/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.example;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.kit.KvTierContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

/** The durable example keeps every rule. */
final class FolderTierContractTest extends KvTierContract {
  @TempDir private Path temporary;

  private Path folder() {
    return temporary.resolve("chunks");
  }

  @Override
  protected KvTier open(TierContext context) throws IOException {
    return new FolderTier(Files.createDirectories(folder()));
  }

  @Override
  protected KvTier reopen(TierContext context) throws IOException {
    return open(context);
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    Path file = folder().resolve(key.hex());
    if (!Files.exists(file)) {
      return false;
    }
    Files.write(file, change.apply(Files.readAllBytes(file)));
    return true;
  }

  /** Puts a file where the folder is. */
  @Override
  protected boolean setBroken(boolean broken) throws IOException {
    Path moved = temporary.resolve("moved");
    if (broken) {
      Files.move(folder(), moved);
      Files.createFile(folder());
    } else {
      Files.delete(folder());
      Files.move(moved, folder());
    }
    return true;
  }
}
