/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that is handed to a tier for storing: header and payload apart, so that nobody copies to
 * join them. A tier that declares {@link Capabilities#retainsPages} gets the page, every other one
 * the bytes that are to be stored behind the header. All of it belongs to the caller.
 */
public final class Chunk {
  /** Length of every header, so that a payload behind it can be mapped and read with O_DIRECT. */
  public static final int HEADER_BYTES = 4096;

  private final ChunkDescriptor descriptor;
  private final MemorySegment header;
  private final @Nullable MemorySegment payload;
  private final @Nullable Page page;

  private Chunk(
      ChunkDescriptor descriptor,
      MemorySegment header,
      @Nullable MemorySegment payload,
      @Nullable Page page) {
    if (header.byteSize() != HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a header has " + HEADER_BYTES + " bytes, got " + header.byteSize());
    }
    this.descriptor = descriptor;
    this.header = header;
    this.payload = payload;
    this.page = page;
  }

  /** For a tier that stores bytes. */
  public static Chunk ofBytes(
      ChunkDescriptor descriptor, MemorySegment header, MemorySegment payload) {
    return new Chunk(descriptor, header, payload, null);
  }

  /** For a tier that keeps pages. */
  public static Chunk ofPage(ChunkDescriptor descriptor, MemorySegment header, Page page) {
    return new Chunk(descriptor, header, null, page);
  }

  /** What the chunk is. */
  public ChunkDescriptor descriptor() {
    return descriptor;
  }

  /** Bytes of header and payload. */
  public long storedBytes() {
    return HEADER_BYTES
        + (payload != null
            ? payload.byteSize()
            : descriptor.geometry().compactBytes(descriptor.positions()));
  }

  /** The name it is stored under. */
  public ChunkKey key() {
    return descriptor.key();
  }

  /** {@link #HEADER_BYTES} bytes, native, not to be written; valid until the call returns. */
  public MemorySegment header() {
    return header;
  }

  /**
   * The bytes to be stored behind the header, native, not to be written; valid until the call
   * returns. May be empty.
   *
   * @throws IllegalStateException if the tier keeps pages: it gets {@link #page}
   */
  public MemorySegment payload() {
    if (payload == null) {
      throw new IllegalStateException("a tier that retains pages gets the page");
    }
    return payload;
  }

  /**
   * The page whose first {@link ChunkDescriptor#positions()} positions are the chunk; to be
   * retained by a tier that keeps it.
   *
   * @throws IllegalStateException if the tier does not keep pages: it gets {@link #payload}
   */
  public Page page() {
    return Objects.requireNonNullElseGet(
        page,
        () -> {
          throw new IllegalStateException("a tier that does not retain pages gets the payload");
        });
  }
}
