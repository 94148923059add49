/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads by {@link FileChannel}, through the page cache: the way that works everywhere. A thread
 * that is interrupted in the middle of a read loses the file, as channels have it.
 */
public final class ChannelReads implements ReadPath {
  private final LongAdder bytesRead = new LongAdder();

  @Override
  public String word() {
    return ReadWay.CHANNEL.word();
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    boolean interrupted = Thread.interrupted();
    try {
      return new ChannelFile(file, channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    } finally {
      Pieces.restoreInterrupt(interrupted);
    }
  }

  @Override
  public long bytesRead() {
    return bytesRead.sum();
  }

  @Override
  public void close() {}

  private final class ChannelFile implements ReadableFile {
    private final Path file;
    private final FileChannel channel;
    private final long size;

    ChannelFile(Path file, FileChannel channel, long size) {
      this.file = file;
      this.channel = channel;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long offset, MemorySegment target, Deadline deadline) throws IOException {
      boolean interrupted = Thread.interrupted();
      try {
        for (long done = 0; done < target.byteSize(); done += Pieces.BYTES) {
          Pieces.expectTime(file, deadline);
          long length = Math.min(Pieces.BYTES, target.byteSize() - done);
          readPiece(offset + done, target.asSlice(done, length).asByteBuffer());
        }
      } finally {
        Pieces.restoreInterrupt(interrupted);
      }
    }

    private void readPiece(long offset, ByteBuffer target) throws IOException {
      while (target.hasRemaining()) {
        int count = channel.read(target, offset + target.position());
        if (count < 0) {
          throw Pieces.endOfFile(file, offset + target.position());
        }
        bytesRead.add(count);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
