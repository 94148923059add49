/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.tier.nfs.io.FileSystemKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The tier keeps every rule on tmpfs, where it lends chunks by mapping their files. */
final class TmpfsContractTest extends NfsContract {
  private static final Path SHARED = Path.of("/dev/shm");

  private static final Path ALL = SHARED.resolve("terrace-test-" + UUID.randomUUID());

  private final Path folder = ALL.resolve(UUID.randomUUID().toString());

  @BeforeAll
  static void needsTmpfs() throws IOException {
    boolean there = Files.isWritable(SHARED) && FileSystemKind.of(SHARED).name().equals("tmpfs");
    assumeTrue(there, "there is no tmpfs at " + SHARED + " that can be written");
  }

  @AfterAll
  static void clearAway() throws IOException {
    Trees.delete(ALL);
  }

  @Override
  Path folder() {
    return folder;
  }

  @Override
  Opened opened(Path root) {
    return Opened.at(root).map(MapMode.AUTO);
  }
}
