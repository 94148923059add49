/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkHeader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One object on its way into the memory of a caller: the sink sees the header, what it gives is
 * filled, and left alone once the caller has taken it back.
 */
final class Download {
  private final ChunkSink sink;
  private final Buffers buffers;
  private @Nullable Borrowed target;
  private @Nullable Throwable thrown;
  private @Nullable ChunkKey parent;
  private long payloadBytes;
  private @Nullable Runnable breaking;
  private boolean left;

  Download(ChunkSink sink, Buffers buffers) {
    this.sink = sink;
    this.buffers = buffers;
  }

  /**
   * Reads an object to its end, or to where it is no longer wanted.
   *
   * @param objectBytes how long it is
   * @param breaking makes reading fail that waits for bytes; from any thread
   */
  ReadOutcome from(InputStream in, long objectBytes, Runnable breaking)
      throws FailedCall, TierException {
    byte[] buffer = buffers.take();
    begins(breaking);
    try {
      int headerBytes = (int) Math.min(Chunk.HEADER_BYTES, objectBytes);
      long payloadBytes = objectBytes - headerBytes;
      fill(in, buffer, headerBytes, objectBytes);
      Borrowed wanted =
          ask(MemorySegment.ofArray(buffer).asSlice(0, headerBytes).asReadOnly(), payloadBytes);
      if (wanted == null) {
        return ReadOutcome.REFUSED;
      }
      for (long done = 0; done < payloadBytes; ) {
        int most = (int) Math.min(buffer.length, payloadBytes - done);
        int count = read(in, buffer, 0, most, headerBytes + done, objectBytes);
        wanted.write(done, buffer, 0, count);
        done += count;
      }
      return ReadOutcome.FOUND;
    } finally {
      ends();
      buffers.giveBack(buffer);
    }
  }

  private void begins(Runnable how) {
    synchronized (this) {
      breaking = how;
    }
    if (hasLeft()) {
      how.run();
    }
  }

  private synchronized void ends() {
    breaking = null;
  }

  private static void fill(InputStream in, byte[] buffer, int bytes, long objectBytes)
      throws FailedCall {
    for (int done = 0; done < bytes; ) {
      done += read(in, buffer, done, bytes - done, done, objectBytes);
    }
  }

  /**
   * Reads a part.
   *
   * @param done bytes that came before
   * @throws FailedCall if the answer ends before the object does
   */
  private static int read(
      InputStream in, byte[] buffer, int offset, int most, long done, long objectBytes)
      throws FailedCall {
    Exception cause = null;
    try {
      int count = in.read(buffer, offset, most);
      if (count >= 0) {
        return count;
      }
    } catch (IOException | RuntimeException e) { // as the HTTP client has it
      cause = e;
    }
    String text = "the answer ended after " + done + " of " + objectBytes + " bytes";
    throw new FailedCall(Reason.CUT, text, cause);
  }

  private @Nullable Borrowed ask(MemorySegment header, long payloadBytes) throws TierException {
    if (hasLeft()) {
      throw new TierException("nobody waits for the chunk any more");
    }
    MemorySegment memory;
    try {
      memory = sink.ask(header, payloadBytes);
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        thrown = e;
      }
      throw e;
    }
    if (memory == null) {
      return null;
    }
    Borrowed lent = Borrowed.of(memory);
    synchronized (this) {
      target = lent;
      this.payloadBytes = payloadBytes;
      parent = header.byteSize() == ChunkHeader.BYTES ? new ChunkHeader(header).parent() : null;
    }
    if (hasLeft()) {
      takeBack();
    }
    return lent;
  }

  private synchronized boolean hasLeft() {
    return left;
  }

  /** Throws what the sink threw, if it did. */
  synchronized void rethrow() {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** Bytes behind the header, once the sink has seen it. */
  synchronized long payloadBytes() {
    return payloadBytes;
  }

  /** The chunk before it, by the header; null if that is none, or was not seen. */
  synchronized @Nullable ChunkKey parent() {
    return parent;
  }

  /** Nothing is written after the return, and what still comes is not waited for. */
  void takeBack() {
    Borrowed lent;
    Runnable underWay;
    synchronized (this) {
      left = true;
      lent = target;
      underWay = breaking;
    }
    if (lent != null) {
      lent.takeBack();
    }
    if (underWay != null) {
      underWay.run();
    }
  }
}
