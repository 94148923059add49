/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/** What all ways do between two pieces of a file. */
final class Pieces {
  /** Bytes between two looks at the deadline. */
  static final long BYTES = 8L << 20;

  private Pieces() {}

  static void expectTime(Path file, Deadline deadline) throws InterruptedIOException {
    if (deadline.isOver()) {
      throw new InterruptedIOException("the deadline passed in the middle of " + file);
    }
  }

  static EOFException endOfFile(Path file, long offset) {
    return new EOFException(
        file + " ends at or before byte " + offset + ", in the middle of a read");
  }

  static long roundDown(long bytes) {
    return bytes & -Posix.BLOCK_BYTES;
  }

  static long roundUp(long bytes) {
    return (bytes + Posix.BLOCK_BYTES - 1) & -Posix.BLOCK_BYTES;
  }

  /** Sets the mark of an interrupt again that was put aside, since it would close a channel. */
  static void restoreInterrupt(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
