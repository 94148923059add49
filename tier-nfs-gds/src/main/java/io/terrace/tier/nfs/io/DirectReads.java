/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads by {@code pread(2)} from files opened with {@code O_DIRECT}: from the device into the page,
 * past the page cache.
 */
public final class DirectReads implements ReadPath {
  private final LongAdder bytesRead = new LongAdder();
  private final Bounces bounces = new Bounces();

  /**
   * @throws IOException if this system has no such calls
   */
  public DirectReads() throws IOException {
    Posix.require();
  }

  @Override
  public String word() {
    return ReadWay.DIRECT.word();
  }

  /**
   * {@inheritDoc}
   *
   * @throws PosixException with {@code EINVAL} if the file system knows no direct I/O
   */
  @Override
  public ReadableFile open(Path file) throws IOException {
    return DirectFile.open(file, DirectReads::readBlocks, bounces, bytesRead);
  }

  @Override
  public long bytesRead() {
    return bytesRead.sum();
  }

  @Override
  public void close() {}

  private static void readBlocks(
      int descriptor, Path file, long offset, MemorySegment target, Deadline deadline)
      throws IOException {
    long done = 0;
    while (done < target.byteSize()) {
      Pieces.expectTime(file, deadline);
      long length = Math.min(Pieces.BYTES, target.byteSize() - done);
      long count = Posix.read(descriptor, file, target.asSlice(done, length), offset + done);
      long blocks = Pieces.roundDown(count);
      if (blocks == 0) {
        throw Pieces.endOfFile(file, offset + done + count);
      }
      done += blocks;
    }
  }
}
