/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One read of whole blocks over a ring. Goes on until nothing is on its way any more, also after a
 * failure: the kernel may still be writing into the target.
 */
final class UringRead {
  private static final long PIECE_BYTES = 1L << 20;

  private final Ring ring;
  private final int descriptor;
  private final Path file;
  private final long offset;
  private final MemorySegment target;
  private final Deadline deadline;

  /** Where the piece of a slot begins in the target. */
  private final long[] starts;

  /** Where the piece of a slot ends in the target. */
  private final long[] ends;

  private final int[] freeSlots;
  private int freeCount;

  /** Bytes of the target that have been asked for. */
  private long asked;

  private @Nullable IOException failure;

  UringRead(
      Ring ring, int descriptor, Path file, long offset, MemorySegment target, Deadline deadline) {
    this.ring = ring;
    this.descriptor = descriptor;
    this.file = file;
    this.offset = offset;
    this.target = target;
    this.deadline = deadline;
    starts = new long[ring.depth()];
    ends = new long[ring.depth()];
    freeSlots = new int[ring.depth()];
    for (int slot = 0; slot < ring.depth(); slot++) {
      freeSlots[freeCount++] = slot;
    }
  }

  void run() throws IOException {
    try {
      askForMore();
      while (freeCount < ring.depth()) {
        awaitOne();
        askForMore();
      }
    } finally {
      Reference.reachabilityFence(target); // the kernel knew no more than its address
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void awaitOne() {
    IOException failed = ring.submitAndWait();
    if (failed != null) {
      fail(failed);
      freeCount += ring.dropUnsubmitted();
    }
    for (Ring.Completion done = ring.poll(); done != null; done = ring.poll()) {
      complete((int) done.tag(), done.result());
    }
  }

  private void askForMore() {
    while (freeCount > 0 && asked < target.byteSize() && isGoingOn()) {
      int slot = freeSlots[--freeCount];
      starts[slot] = asked;
      asked = Math.min(asked + PIECE_BYTES, target.byteSize());
      ends[slot] = asked;
      ask(slot);
    }
  }

  /** Whether nothing has failed and there is time. */
  private boolean isGoingOn() {
    try {
      Pieces.expectTime(file, deadline);
    } catch (InterruptedIOException e) {
      fail(e);
    }
    return failure == null;
  }

  private void ask(int slot) {
    long length = ends[slot] - starts[slot];
    ring.prepareRead(
        descriptor, target.address() + starts[slot], length, offset + starts[slot], slot);
  }

  private void complete(int slot, int result) {
    long blocks = Pieces.roundDown(Math.max(0, result));
    starts[slot] += blocks;
    boolean again = result == -Errno.EINTR || result == -Errno.EAGAIN || blocks > 0;
    boolean isWhole = starts[slot] == ends[slot];
    if (!isWhole && again && isGoingOn()) {
      ask(slot);
      return;
    }
    if (!isWhole) {
      fail(
          result < 0
              ? Errno.failure("io_uring read", file, -result)
              : Pieces.endOfFile(file, offset + starts[slot] + result));
    }
    freeSlots[freeCount++] = slot;
  }

  /** The first failure is the one that is told. */
  private void fail(IOException cause) {
    if (failure == null) {
      failure = cause;
    }
  }
}
