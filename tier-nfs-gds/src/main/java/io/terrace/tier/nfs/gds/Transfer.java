/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import io.terrace.spi.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;

/**
 * One payload between a file and device memory, in pieces with a look at the deadline between them.
 */
final class Transfer {
  /** What the library moves at once, as it is set up by default. */
  private static final long SINGLE_BYTES = 16L << 20;

  private static final long BATCHED_BYTES = 2L << 20;

  /**
   * Part of the payload.
   *
   * @param start in the payload
   */
  private record Piece(long start, long bytes) {}

  private final CuFile cuFile;
  private final int opcode;
  private final Path file;
  private final long handle;
  private final long fileOffset;
  private final long base;
  private final long offset;
  private final LongAdder moved;

  /**
   * @param fileOffset where the payload begins in the file
   * @param base address of registered memory, or of the payload
   * @param offset of the payload from the base
   * @param moved counts bytes
   */
  Transfer(
      CuFile cuFile,
      int opcode,
      Path file,
      long handle,
      long fileOffset,
      long base,
      long offset,
      LongAdder moved) {
    this.cuFile = cuFile;
    this.opcode = opcode;
    this.file = file;
    this.handle = handle;
    this.fileOffset = fileOffset;
    this.base = base;
    this.offset = offset;
    this.moved = moved;
  }

  /** Moves a payload in one piece after another. */
  void run(long bytes, Deadline deadline) throws IOException {
    long done = 0;
    while (done < bytes) {
      expectTime(deadline);
      long count = move(done, Math.min(SINGLE_BYTES, bytes - done));
      done += counted(count, done);
    }
  }

  private long move(long start, long bytes) throws IOException {
    return opcode == CuFile.OPCODE_READ
        ? cuFile.read(handle, base, bytes, fileOffset + start, offset + start)
        : cuFile.write(handle, base, bytes, fileOffset + start, offset + start);
  }

  /** Moves a payload in batches. */
  void run(long bytes, int depth, Deadline deadline) throws IOException {
    ArrayDeque<Piece> left = new ArrayDeque<>();
    for (long start = 0; start < bytes; start += BATCHED_BYTES) {
      left.add(new Piece(start, Math.min(BATCHED_BYTES, bytes - start)));
    }
    try (CuFileBatch batch = new CuFileBatch(cuFile, depth)) {
      while (!left.isEmpty()) {
        expectTime(deadline);
        runOne(batch, left);
      }
    }
  }

  private void runOne(CuFileBatch batch, ArrayDeque<Piece> left) throws IOException {
    Piece[] pieces = new Piece[Math.min(batch.capacity(), left.size())];
    for (int number = 0; number < pieces.length; number++) {
      Piece piece = left.remove();
      pieces[number] = piece;
      long start = piece.start();
      batch.add(opcode, handle, base, piece.bytes(), fileOffset + start, offset + start);
    }
    long[] counts = new long[pieces.length];
    batch.run(counts);
    for (int number = 0; number < pieces.length; number++) {
      Piece piece = pieces[number];
      long count = counted(counts[number], piece.start());
      if (count < piece.bytes()) {
        left.add(new Piece(piece.start() + count, piece.bytes() - count));
      }
    }
  }

  private long counted(long count, long start) throws EOFException {
    if (count == 0) {
      throw new EOFException(file + " ends at byte " + (fileOffset + start));
    }
    moved.add(count);
    return count;
  }

  private void expectTime(Deadline deadline) throws InterruptedIOException {
    if (deadline.isOver()) {
      throw new InterruptedIOException("the deadline passed in the middle of " + file);
    }
  }
}
