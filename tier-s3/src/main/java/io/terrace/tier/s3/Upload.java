/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Chunk;
import io.terrace.spi.TierException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Header and payload of a chunk, one after the other, as what is sent: read as often as the SDK
 * tries, and not at all once the caller has its memory back.
 */
final class Upload {
  private final Borrowed header;
  private final Borrowed payload;
  private final long headerBytes;
  private final long bytes;

  /**
   * Lends the chunk's memory.
   *
   * @throws TierException if it is confined to the caller's thread
   */
  Upload(Chunk chunk) throws TierException {
    this(chunk.header(), chunk.payload());
  }

  /**
   * Lends memory.
   *
   * @throws TierException if it is confined to the caller's thread
   */
  Upload(MemorySegment header, MemorySegment payload) throws TierException {
    this.header = Borrowed.of(header);
    this.payload = Borrowed.of(payload);
    headerBytes = header.byteSize();
    bytes = headerBytes + payload.byteSize();
  }

  long bytes() {
    return bytes;
  }

  /** From the beginning. */
  InputStream open() {
    return open(0, bytes);
  }

  /** A part. */
  InputStream open(long from, long length) {
    return new Part(from, from + length);
  }

  /** Nothing is read after the return. */
  void takeBack() {
    header.takeBack();
    payload.takeBack();
  }

  private int read(long at, byte[] target, int offset, int most) throws IOException {
    try {
      if (at < headerBytes) {
        int count = (int) Math.min(most, headerBytes - at);
        header.read(at, target, offset, count);
        return count;
      }
      payload.read(at - headerBytes, target, offset, most);
      return most;
    } catch (TierException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private final class Part extends InputStream {
    private final long end;
    private long at;
    private long mark;

    Part(long from, long end) {
      this.at = from;
      this.mark = from;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      if (at == end) {
        return -1;
      }
      int count = Upload.this.read(at, target, offset, (int) Math.min(length, end - at));
      at += count;
      return count;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, end - at);
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public void mark(int limit) {
      mark = at;
    }

    @Override
    public void reset() {
      at = mark;
    }
  }
}
