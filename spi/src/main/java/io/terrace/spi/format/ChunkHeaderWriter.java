/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import static io.terrace.spi.format.HeaderLayout.U16;
import static io.terrace.spi.format.HeaderLayout.U32;
import static io.terrace.spi.format.HeaderLayout.U64;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Writes headers into one piece of memory, one after the other: {@link #begin}, then what the
 * payload became, then {@link #finish}. Not safe for use by several threads.
 */
public final class ChunkHeaderWriter {
  private final MemorySegment memory;

  /**
   * @param memory of {@link ChunkHeader#BYTES} bytes
   * @throws IllegalArgumentException if it has another length
   */
  public ChunkHeaderWriter(MemorySegment memory) {
    if (memory.byteSize() != ChunkHeader.BYTES) {
      throw new IllegalArgumentException(
          "a header has " + ChunkHeader.BYTES + " bytes, got " + memory.byteSize());
    }
    this.memory = memory;
  }

  /** The memory that is written, the header when it is finished. */
  public MemorySegment memory() {
    return memory;
  }

  /**
   * Begins a header: who the chunk is. The payload counts as raw, without a checksum.
   *
   * @param fingerprint 32 bytes
   * @param tokens the chunk's ids are {@code tokens[from .. from + positions)}
   * @param createdMillis milliseconds since 1970, UTC
   * @throws IndexOutOfBoundsException if the ids are not within {@code tokens}
   */
  public ChunkHeaderWriter begin(
      ChunkKind kind,
      ChunkDescriptor chunk,
      byte[] fingerprint,
      int[] tokens,
      int from,
      long createdMillis) {
    Objects.checkFromIndexSize(from, chunk.positions(), tokens.length);
    memory.fill((byte) 0);
    memory.set(U32, HeaderLayout.MAGIC, HeaderLayout.MAGIC_VALUE);
    memory.set(U16, HeaderLayout.VERSION, (short) ChunkHeader.VERSION);
    memory.set(U16, HeaderLayout.LENGTH, (short) 1);
    int flags =
        switch (kind) {
          case FULL -> 0;
          case TAIL -> HeaderLayout.TAIL_FLAG;
          case REFERENCE -> HeaderLayout.REFERENCE_FLAG;
        };
    memory.set(U32, HeaderLayout.FLAGS, flags);
    HeaderLayout.put(memory, HeaderLayout.KEY, chunk.key());
    HeaderLayout.put(memory, HeaderLayout.PARENT, chunk.parent());
    HeaderLayout.put(memory, HeaderLayout.FINGERPRINT, fingerprint);
    putGeometry(chunk.geometry());
    memory.set(U32, HeaderLayout.POSITIONS, chunk.positions());
    long raw = kind == ChunkKind.REFERENCE ? 0 : chunk.geometry().compactBytes(chunk.positions());
    memory.set(U64, HeaderLayout.RAW_BYTES, raw);
    memory.set(U64, HeaderLayout.STORED_BYTES, raw);
    memory.set(U64, HeaderLayout.CREATED, createdMillis);
    memory.set(U32, HeaderLayout.TOKEN_COUNT, chunk.positions());
    MemorySegment.copy(tokens, from, memory, U32, HeaderLayout.TOKENS, chunk.positions());
    return this;
  }

  private void putGeometry(PageGeometry geometry) {
    memory.set(U32, HeaderLayout.LAYERS, geometry.layers());
    memory.set(U32, HeaderLayout.KV_HEADS, geometry.kvHeads());
    memory.set(U32, HeaderLayout.HEAD_SIZE, geometry.headSize());
    memory.set(U32, HeaderLayout.CHUNK_TOKENS, geometry.chunkTokens());
    putCode(HeaderLayout.DATA_TYPE, geometry.dataType().code());
  }

  /** The payload is not stored as it lies in a page. */
  public ChunkHeaderWriter encoded(Encoding encoding, long storedBytes) {
    putCode(HeaderLayout.ENCODING, encoding.code());
    memory.set(U64, HeaderLayout.STORED_BYTES, storedBytes);
    return this;
  }

  /** The checksum of the payload as it is stored. */
  public ChunkHeaderWriter checksum(ChecksumKind kind, MemorySegment stored) {
    return checksum(kind, kind.of(stored));
  }

  /** The checksum of the payload as it is stored, where somebody else made it. */
  public ChunkHeaderWriter checksum(ChecksumKind kind, long checksum) {
    int flags = memory.get(U32, HeaderLayout.FLAGS) & ~HeaderLayout.CHECKSUM_MASK;
    memory.set(U32, HeaderLayout.FLAGS, flags | kind.code() << HeaderLayout.CHECKSUM_SHIFT);
    memory.set(U64, HeaderLayout.PAYLOAD_CHECKSUM, checksum);
    return this;
  }

  /**
   * The chunk is protected; its tag comes with {@link #tag}.
   *
   * @param secretId 16 bytes
   * @param nonce 12 bytes; zeros where none is used
   */
  public ChunkHeaderWriter protectedBy(Protection protection, byte[] secretId, byte[] nonce) {
    putCode(HeaderLayout.PROTECTION, protection.code());
    HeaderLayout.put(memory, HeaderLayout.SECRET_ID, secretId);
    HeaderLayout.put(memory, HeaderLayout.NONCE, nonce);
    return this;
  }

  /** 16 bytes over what {@link ChunkHeader#authenticated} gives and the payload. */
  public ChunkHeaderWriter tag(byte[] tag) {
    HeaderLayout.put(memory, HeaderLayout.TAG, tag);
    return this;
  }

  /** The full chunk that a reference names. */
  public ChunkHeaderWriter referenced(ChunkKey key) {
    HeaderLayout.put(memory, HeaderLayout.PARAMETERS, key);
    return this;
  }

  /** Writes the checksum, after which the header is one. */
  public MemorySegment finish() {
    memory.set(U32, HeaderLayout.HEADER_CHECKSUM, HeaderCheck.checksum(memory));
    return memory;
  }

  private void putCode(int offset, int code) {
    memory.set(ValueLayout.JAVA_BYTE, offset, (byte) code);
  }
}
