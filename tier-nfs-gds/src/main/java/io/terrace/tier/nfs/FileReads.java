/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import io.terrace.tier.nfs.io.ReadPath;
import io.terrace.tier.nfs.io.ReadableFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/** Reads through the page cache, with {@link FileChannel}. */
final class FileReads implements ReadPath {
  private static final int PIECE_BYTES = 4 << 20;

  private final LongAdder bytes = new LongAdder();

  @Override
  public String word() {
    return "channel";
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      return new Opened(channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public long bytesRead() {
    return bytes.sum();
  }

  @Override
  public void close() {}

  private final class Opened implements ReadableFile {
    private final FileChannel channel;
    private final long size;

    Opened(FileChannel channel, long size) {
      this.channel = channel;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long offset, MemorySegment target, Deadline deadline) throws IOException {
      ByteBuffer buffer = target.asByteBuffer();
      while (buffer.hasRemaining()) {
        if (deadline.isOver()) {
          throw new InterruptedIOException("the deadline is over");
        }
        int position = buffer.position();
        buffer.limit((int) Math.min(target.byteSize(), (long) position + PIECE_BYTES));
        int count = channel.read(buffer, offset + position);
        if (count < 0) {
          throw new EOFException();
        }
        bytes.add(count);
        buffer.limit((int) target.byteSize());
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
