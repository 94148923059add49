/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads by {@code io_uring(7)} from files opened with {@code O_DIRECT}: several pieces of a read
 * are on their way at once. Each read has a ring to itself; a few rings are kept.
 */
public final class UringReads implements ReadPath {
  /** Reads on their way at once unless a setting says otherwise. */
  public static final int DEFAULT_DEPTH = 8;

  private static final int KEPT_RINGS = 16;

  private final int depth;
  private final LongAdder bytesRead = new LongAdder();
  private final Bounces bounces = new Bounces();
  private final ArrayBlockingQueue<Ring> free = new ArrayBlockingQueue<>(KEPT_RINGS);
  private volatile boolean closed;

  /**
   * @param depth reads on their way at once in each call, 1 to 4,096
   * @throws IOException if the kernel does not allow a ring
   */
  public UringReads(int depth) throws IOException {
    Posix.require();
    this.depth = depth;
    giveBack(Ring.open(depth));
  }

  @Override
  public String word() {
    return ReadWay.URING.word();
  }

  /**
   * {@inheritDoc}
   *
   * @throws PosixException with {@code EINVAL} if the file system knows no direct I/O
   */
  @Override
  public ReadableFile open(Path file) throws IOException {
    return DirectFile.open(file, this::readBlocks, bounces, bytesRead);
  }

  @Override
  public long bytesRead() {
    return bytesRead.sum();
  }

  @Override
  public void close() {
    closed = true;
    for (Ring ring = free.poll(); ring != null; ring = free.poll()) {
      close(ring);
    }
  }

  private void readBlocks(
      int descriptor, Path file, long offset, MemorySegment target, Deadline deadline)
      throws IOException {
    Ring kept = free.poll();
    Ring ring = kept != null ? kept : Ring.open(depth);
    try {
      new UringRead(ring, descriptor, file, offset, target, deadline).run();
    } catch (IOException e) {
      giveBack(ring);
      throw e;
    }
    giveBack(ring); // after an Error it may have reads on their way, and is left
  }

  private void giveBack(Ring ring) {
    if (!ring.isUsable() || closed || !free.offer(ring)) {
      close(ring);
    } else if (closed) {
      close(); // which may have gone past the ring just before it was there
    }
  }

  private static void close(Ring ring) {
    try {
      ring.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of memory and a descriptor that are surely ours
    }
  }
}
