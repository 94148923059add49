/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.KvTierContract;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The rules that every tier keeps, on a file system that a subclass names. */
abstract class NfsContract extends KvTierContract {
  /** A folder for this test alone, which need not be there. */
  abstract Path folder();

  /** How the tier is opened at a root. */
  Opened opened(Path root) {
    return Opened.at(root);
  }

  private Path root() {
    return folder().resolve("root");
  }

  @Override
  protected KvTier open(TierContext context) throws IOException {
    return opened(Files.createDirectories(root())).tier(context);
  }

  @Override
  protected KvTier reopen(TierContext context) throws IOException {
    return open(context);
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) throws IOException {
    Path root = Files.createDirectories(folder().resolve("bounded"));
    long bytes = ChunkHeader.BYTES + (long) TestChunks.SMALL.pageBytes();
    return opened(root).capacity(chunks * bytes).tier(context);
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    return damaged(key, change);
  }

  /** Changes the bytes of a chunk's file; returns whether it is there. */
  final boolean damaged(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    Path file = new Layout(root()).file(key);
    if (!Files.exists(file)) {
      return false;
    }
    var before = Files.getPosixFilePermissions(file);
    byte[] changed = change.apply(Files.readAllBytes(file));
    Files.delete(file); // ext4 forces a file to the disk that is cut and written again
    Files.write(file, changed);
    Files.setPosixFilePermissions(file, before);
    return true;
  }

  /** Puts a file where the root is. */
  @Override
  protected boolean setBroken(boolean broken) throws IOException {
    Path moved = folder().resolve("moved");
    if (broken) {
      Files.move(root(), moved);
      Files.createFile(root());
    } else {
      Files.delete(root());
      Files.move(moved, root());
    }
    return true;
  }

  /** Races are run on the file system of temporary files above all. */
  @Override
  protected int rounds() {
    return 40;
  }
}
