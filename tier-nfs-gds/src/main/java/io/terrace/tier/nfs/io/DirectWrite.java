/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One new file that is written by direct I/O, which wants whole blocks: parts that are aligned go
 * straight, the rest is gathered in a bounce buffer, and so is what is short, such as a header, to
 * go with what follows it: each request has a round trip of its own. For one thread.
 */
final class DirectWrite implements AutoCloseable {
  /** What is shorter is copied: that takes less than a request of its own. */
  private static final long LEAST_STRAIGHT_BYTES = 64 << 10;

  private final Path file;
  private final int descriptor;
  private final Bounces bounces;
  private final MemorySegment bounce;

  /** Bytes in the file; a multiple of the block but at the end. */
  private long written;

  /** Bytes in the bounce buffer, which come next. */
  private int gathered;

  DirectWrite(Path file, int descriptor, Bounces bounces) {
    this.file = file;
    this.descriptor = descriptor;
    this.bounces = bounces;
    this.bounce = bounces.take();
  }

  /** Appends bytes. */
  void add(MemorySegment part, Deadline deadline) throws IOException {
    long done = 0;
    while (done < part.byteSize()) {
      long left = part.byteSize() - done;
      long gap = Pieces.roundUp(gathered) - gathered;
      if (gap == 0 && left >= LEAST_STRAIGHT_BYTES && isAligned(part, done)) {
        long length = Pieces.roundDown(left);
        writeBlocks(part.asSlice(done, length), deadline);
        done += length;
      } else {
        boolean onlyGap = gap > 0 && isAligned(part, done + gap);
        long length = Math.min(left, onlyGap ? gap : Bounces.BYTES - gathered);
        MemorySegment.copy(part, done, bounce, gathered, length);
        gathered += (int) length;
        done += length;
        if (gathered == Bounces.BYTES) {
          flush(deadline);
        }
      }
    }
  }

  /**
   * Writes what is left and cuts the file to its length.
   *
   * @param forcing null if the file need not be on the device
   * @return bytes of the file
   */
  long finish(@Nullable Forcing forcing, Deadline deadline) throws IOException {
    long length = written + gathered;
    long padded = Pieces.roundUp(gathered);
    bounce.asSlice(gathered, padded - gathered).fill((byte) 0);
    gathered = (int) padded;
    flush(deadline);
    if (written != length) {
      Posix.truncate(descriptor, file, length);
    }
    if (forcing != null) {
      Pieces.expectTime(file, deadline);
      forcing.file(descriptor, file);
    }
    return length;
  }

  private void flush(Deadline deadline) throws IOException {
    writeBlocks(MemorySegment.NULL, deadline);
  }

  /** Writes what is gathered and blocks behind it, in one request where one is enough. */
  private void writeBlocks(MemorySegment blocks, Deadline deadline) throws IOException {
    long total = gathered + blocks.byteSize();
    for (long done = 0; done < total; ) {
      Pieces.expectTime(file, deadline);
      MemorySegment first =
          done < gathered ? bounce.asSlice(done, gathered - done) : MemorySegment.NULL;
      long from = Math.max(0, done - gathered);
      long length = Math.min(Pieces.BYTES, blocks.byteSize() - from);
      MemorySegment second = blocks.asSlice(from, length);
      long count = Posix.write(descriptor, file, first, second, written);
      long whole = Pieces.roundDown(count);
      if (whole == 0) {
        long wanted = first.byteSize() + length;
        throw new IOException("writing " + file + " took " + count + " of " + wanted + " bytes");
      }
      done += whole;
      written += whole;
    }
    gathered = 0;
  }

  private static boolean isAligned(MemorySegment part, long offset) {
    return part.isNative() && ((part.address() + offset) & (Posix.BLOCK_BYTES - 1)) == 0;
  }

  @Override
  public void close() throws IOException {
    bounces.giveBack(bounce);
    Posix.close(descriptor, file);
  }
}
