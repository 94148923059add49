/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.KvTierContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

/** The tier keeps every rule on the file system that temporary files are on. */
final class NfsTierContractTest extends KvTierContract {
  @TempDir private Path temporary;

  private Path root() {
    return temporary.resolve("root");
  }

  @Override
  protected KvTier open(TierContext context) throws IOException {
    Files.createDirectories(root());
    NfsTierProvider provider = new NfsTierProvider();
    Map<String, String> written = Map.of("root", root().toString());
    return provider.open(Settings.of(provider.options(), written), context);
  }

  @Override
  protected KvTier reopen(TierContext context) throws IOException {
    return open(context);
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    Path file = new Layout(root()).file(key);
    if (!Files.exists(file)) {
      return false;
    }
    Files.write(file, change.apply(Files.readAllBytes(file)));
    return true;
  }

  /** Puts a file where the root is. */
  @Override
  protected boolean setBroken(boolean broken) throws IOException {
    Path moved = temporary.resolve("moved");
    if (broken) {
      Files.move(root(), moved);
      Files.createFile(root());
    } else {
      Files.delete(root());
      Files.move(moved, root());
    }
    return true;
  }
}
