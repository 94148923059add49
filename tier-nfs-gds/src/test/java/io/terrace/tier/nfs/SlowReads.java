/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import io.terrace.tier.nfs.io.ChannelReads;
import io.terrace.tier.nfs.io.ReadPath;
import io.terrace.tier.nfs.io.ReadableFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device that stands still when it is told to: opening waits however long, reading looks at the
 * deadline as real ways do between pieces.
 */
final class SlowReads implements ReadPath {
  private final ReadPath path = new ChannelReads();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger openFiles = new AtomicInteger();
  private volatile CountDownLatch opening = new CountDownLatch(0);
  private volatile CountDownLatch reading = new CountDownLatch(0);

  /** Opening stands still until {@link #goOn}. */
  void stopOpening() {
    opening = new CountDownLatch(1);
  }

  /** Reading of payloads stands still until {@link #goOn}, or the deadline. */
  void stopReading() {
    reading = new CountDownLatch(1);
  }

  void goOn() {
    opening.countDown();
    reading.countDown();
  }

  /** Files that were asked for, whether they opened or not. */
  int asked() {
    return asked.get();
  }

  int openFiles() {
    return openFiles.get();
  }

  @Override
  public String word() {
    return path.word();
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    asked.incrementAndGet();
    waitFor(opening, Deadline.NEVER);
    ReadableFile opened = path.open(file);
    openFiles.incrementAndGet();
    return new ReadableFile() {
      @Override
      public long size() {
        return opened.size();
      }

      @Override
      public void read(long offset, MemorySegment target, Deadline deadline) throws IOException {
        if (offset > 0) {
          waitFor(reading, deadline);
        }
        opened.read(offset, target, deadline);
      }

      @Override
      public void close() throws IOException {
        openFiles.decrementAndGet();
        opened.close();
      }
    };
  }

  private static void waitFor(CountDownLatch latch, Deadline deadline) throws IOException {
    while (latch.getCount() > 0) {
      if (deadline.isOver()) {
        throw new InterruptedIOException("the deadline is over");
      }
      Thread.onSpinWait();
    }
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
