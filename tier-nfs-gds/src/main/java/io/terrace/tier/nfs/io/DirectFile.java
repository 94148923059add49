/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open for direct I/O, which wants whole blocks: those that lie in the target as
 * they lie in the file come straight, the rest over a bounce buffer.
 */
final class DirectFile implements ReadableFile {
  private final Path file;
  private final int descriptor;
  private final long size;
  private final BlockReads blocks;
  private final Bounces bounces;
  private final LongAdder bytesRead;
  private @Nullable MemorySegment bounce;
  private boolean closed;

  private DirectFile(
      Path file,
      int descriptor,
      long size,
      BlockReads blocks,
      Bounces bounces,
      LongAdder bytesRead) {
    this.file = file;
    this.descriptor = descriptor;
    this.size = size;
    this.blocks = blocks;
    this.bounces = bounces;
    this.bytesRead = bytesRead;
  }

  static DirectFile open(Path file, BlockReads blocks, Bounces bounces, LongAdder bytesRead)
      throws IOException {
    int descriptor = Posix.openDirect(file);
    try {
      long size = Posix.size(descriptor, file);
      return new DirectFile(file, descriptor, size, blocks, bounces, bytesRead);
    } catch (IOException e) {
      Posix.close(descriptor, file);
      throw e;
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, MemorySegment target, Deadline deadline) throws IOException {
    if (closed) {
      throw new IOException(file + " is closed");
    }
    long length = target.byteSize();
    boolean straight = ((target.address() - offset) & (Posix.BLOCK_BYTES - 1)) == 0;
    long start = straight ? Math.min(length, Pieces.roundUp(offset) - offset) : length;
    long end = start + Pieces.roundDown(length - start);
    readBounced(offset, target.asSlice(0, start), deadline);
    if (end > start) {
      MemorySegment middle = target.asSlice(start, end - start);
      blocks.read(descriptor, file, offset + start, middle, deadline);
    }
    readBounced(offset + end, target.asSlice(end), deadline);
    bytesRead.add(length);
  }

  private void readBounced(long offset, MemorySegment target, Deadline deadline)
      throws IOException {
    long done = 0;
    while (done < target.byteSize()) {
      Pieces.expectTime(file, deadline);
      long position = offset + done;
      long block = Pieces.roundDown(position);
      int skip = (int) (position - block);
      long wanted = Math.min(Bounces.BYTES - skip, target.byteSize() - done);
      MemorySegment piece = bounce().asSlice(0, Pieces.roundUp(skip + wanted));
      long got = Math.min(Posix.read(descriptor, file, piece, block) - skip, wanted);
      if (got <= 0) {
        throw Pieces.endOfFile(file, position);
      }
      MemorySegment.copy(piece, skip, target, done, got);
      done += got;
    }
  }

  private MemorySegment bounce() {
    if (bounce == null) {
      bounce = bounces.take();
    }
    return bounce;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (bounce != null) {
      bounces.giveBack(bounce);
    }
    Posix.close(descriptor, file);
  }
}
