/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The tier keeps every rule on ext4 of its own, over a loop device. */
final class Ext4ContractTest extends NfsContract {
  private static @Nullable Volume mounted;

  private final String name = UUID.randomUUID().toString();

  @BeforeAll
  static void mount() throws IOException, InterruptedException {
    mounted = Volume.ext4(400);
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
}
