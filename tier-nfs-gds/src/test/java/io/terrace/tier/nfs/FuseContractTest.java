/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.tier.nfs.io.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The tier keeps every rule on FUSE. */
final class FuseContractTest extends NfsContract {
  private static @Nullable Volume mounted;

  private final String name = UUID.randomUUID().toString();

  @BeforeAll
  static void mount() throws IOException, InterruptedException {
    mounted = Volume.fuse();
  }

  @AfterAll
  static void unmount() throws IOException {
    if (mounted != null) {
      mounted.close();
    }
  }

  @Override
  Path folder() {
    if (mounted == null) {
      throw new IllegalStateException("nothing is mounted");
    }
    return mounted.folder().resolve(name);
  }

  /** Thousands of files are slow here, and what is in them is nothing that FUSE knows of. */
  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) {
    return false;
  }
}
