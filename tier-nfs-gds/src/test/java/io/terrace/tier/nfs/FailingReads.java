/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import io.terrace.tier.nfs.io.ChannelReads;
import io.terrace.tier.nfs.io.Posix;
import io.terrace.tier.nfs.io.ReadPath;
import io.terrace.tier.nfs.io.ReadableFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A device that fails so many calls, with an error number as in errno(3), and then serves. */
final class FailingReads implements ReadPath {
  static final int EIO = 5;
  static final int ESTALE = 116;

  /** Which call fails. */
  enum At {
    OPEN,
    HEADER,
    PAYLOAD
  }

  private final ReadPath path = new ChannelReads();
  private final At at;
  private final int errno;
  private final AtomicInteger left;
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  FailingReads(At at, int errno, int times) {
    this.at = at;
    this.errno = errno;
    left = new AtomicInteger(times);
  }

  /** Files that were asked for. */
  int opened() {
    return opened.get();
  }

  /** Files that were opened and are not closed. */
  int open() {
    return opened.get() - closed.get();
  }

  private void fail(At where, String call, Path file) throws IOException {
    if (where == at && left.getAndDecrement() > 0) {
      throw Posix.failure(call, file, errno);
    }
  }

  @Override
  public String word() {
    return path.word();
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    opened.incrementAndGet();
    ReadableFile real;
    try {
      fail(At.OPEN, "open", file);
      real = path.open(file);
    } catch (IOException e) {
      closed.incrementAndGet();
      throw e;
    }
    return new ReadableFile() {
      @Override
      public long size() {
        return real.size();
      }

      @Override
      public void read(long offset, MemorySegment target, Deadline deadline) throws IOException {
        fail(offset == 0 ? At.HEADER : At.PAYLOAD, "pread", file);
        real.read(offset, target, deadline);
      }

      @Override
      public void close() throws IOException {
        closed.incrementAndGet();
        real.close();
      }
    };
  }

  @Override
  public long bytesRead() {
    return path.bytesRead();
  }

  @Override
  public void close() {
    path.close();
  }
}
