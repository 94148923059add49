/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Memory for one chunk, between two strips that nobody may touch; notes what the tier says. The
 * memory is filled with {@link #EMPTY} before the tier gets it.
 */
public class RecordingSink implements ChunkSink {
  /** What the memory, and the strips around it, are filled with. */
  public static final byte EMPTY = (byte) 0xA5;

  private static final long STRIP = 4096;

  private final Arena arena;
  private final long misaligned;
  private int calls;
  private byte[] header = new byte[0];
  private long payloadBytes = -1;
  private @Nullable MemorySegment around;

  /** Memory that every thread may use, aligned to 4,096 bytes. */
  public RecordingSink() {
    this(Arena.ofAuto(), 0);
  }

  /**
   * @param arena where the memory is allocated
   * @param misaligned by how many bytes, less than 4,096, its address misses an alignment
   */
  public RecordingSink(Arena arena, long misaligned) {
    this.arena = arena;
    this.misaligned = misaligned;
  }

  @Override
  public @Nullable MemorySegment accept(MemorySegment header, long payloadBytes) {
    calls++;
    this.header = header.toArray(ValueLayout.JAVA_BYTE);
    this.payloadBytes = payloadBytes;
    around = arena.allocate(STRIP + misaligned + payloadBytes + STRIP, 4096);
    around.fill(EMPTY);
    return memory();
  }

  /** How often the tier asked. */
  public final int calls() {
    return calls;
  }

  /** A copy of the header that the tier showed. */
  public final byte[] header() {
    return header;
  }

  /** The length that the tier asked for; -1 before it did. */
  public final long payloadBytes() {
    return payloadBytes;
  }

  /** A copy of what is in the memory now. */
  public final byte[] payload() {
    return memory().toArray(ValueLayout.JAVA_BYTE);
  }

  /** The memory itself. */
  public final MemorySegment memory() {
    return around().asSlice(STRIP + misaligned, payloadBytes);
  }

  /** Whether the strips before and behind the memory are as they were. */
  public final boolean isUntouchedAround() {
    byte[] all = around().toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < all.length; i++) {
      boolean outside = i < STRIP + misaligned || i >= STRIP + misaligned + payloadBytes;
      if (outside && all[i] != EMPTY) {
        return false;
      }
    }
    return true;
  }

  private MemorySegment around() {
    if (around == null) {
      throw new IllegalStateException("the tier did not ask for memory");
    }
    return around;
  }
}
