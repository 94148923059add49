/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import static io.terrace.spi.format.HeaderLayout.U16;
import static io.terrace.spi.format.HeaderLayout.U32;
import static io.terrace.spi.format.HeaderLayout.U64;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header where it lies. Nothing in it is to be believed before {@link #fault} found none.
 *
 * <p>A stored chunk is a header of {@value #BYTES} bytes and the payload behind it. The layout is
 * in the README of this module.
 */
public final class ChunkHeader {
  /** Length of a header. */
  public static final int BYTES = Chunk.HEADER_BYTES;

  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  /** How many token ids a header has room for. */
  public static final int MAX_TOKENS = (BYTES - HeaderLayout.TOKENS) / Integer.BYTES;

  private final MemorySegment memory;

  /**
   * @param memory begins with the header; may be shorter, which {@link #fault} tells. Not copied
   */
  public ChunkHeader(MemorySegment memory) {
    this.memory = memory;
  }

  /** The header's bytes. */
  public MemorySegment memory() {
    return memory;
  }

  /**
   * What keeps the header from being believed: damage, another format, fields that do not fit each
   * other, or a payload that has another length.
   *
   * @param payloadBytes how many bytes are stored behind the header
   * @return null if there is no fault
   */
  public @Nullable ChunkFault fault(long payloadBytes) {
    return HeaderCheck.fault(this, payloadBytes);
  }

  /**
   * What makes the chunk another one than the one wanted.
   *
   * @param fingerprint 32 bytes
   * @return null if it is the one; only to be asked of a header without {@link #fault}
   */
  public @Nullable ChunkFault mismatch(ChunkKey key, byte[] fingerprint, PageGeometry geometry) {
    return HeaderCheck.mismatch(this, key, fingerprint, geometry);
  }

  /**
   * What makes the key another one than {@link #parent} and the token ids give, or the full chunk
   * that a reference names another one than theirs. A reader has no need of it, who compares the
   * ids with those that it looks for.
   *
   * @return null if they fit; only to be asked of a header without {@link #fault}, its ids readable
   */
  public @Nullable ChunkFault keyMismatch() {
    return HeaderCheck.keyMismatch(this);
  }

  /** That it is protected with a secret that is not at hand. */
  public ChunkFault otherSecret() {
    return HeaderCheck.otherSecret(this);
  }

  /** That it is not protected, where every chunk must be. */
  public ChunkFault unprotected() {
    return HeaderCheck.unprotected();
  }

  /** What sort of chunk it is. */
  public ChunkKind kind() {
    if ((flags() & HeaderLayout.REFERENCE_FLAG) != 0) {
      return ChunkKind.REFERENCE;
    }
    return (flags() & HeaderLayout.TAIL_FLAG) != 0 ? ChunkKind.TAIL : ChunkKind.FULL;
  }

  /** The key it is stored under. */
  public ChunkKey key() {
    return HeaderLayout.key(memory, HeaderLayout.KEY);
  }

  /** The key of the chunk before it, or of the model's root. */
  public ChunkKey parent() {
    return HeaderLayout.key(memory, HeaderLayout.PARENT);
  }

  /** 32 bytes: what makes KV interchangeable. */
  public byte[] fingerprint() {
    return HeaderLayout.bytes(memory, HeaderLayout.FINGERPRINT, ChunkKey.BYTES);
  }

  /**
   * The shape of the page that the KV belongs into.
   *
   * @throws IllegalArgumentException if there is no such geometry, which {@link #fault} tells
   */
  public PageGeometry geometry() {
    return new PageGeometry(
        int32(HeaderLayout.LAYERS),
        int32(HeaderLayout.KV_HEADS),
        int32(HeaderLayout.HEAD_SIZE),
        int32(HeaderLayout.CHUNK_TOKENS),
        known(DataType.of(dataTypeCode()), "data type"));
  }

  /** How many positions have KV in the payload, or in the chunk that a reference names. */
  public int positions() {
    return int32(HeaderLayout.POSITIONS);
  }

  /** How the payload is encoded. */
  public Encoding encoding() {
    return known(Encoding.of(encodingCode()), "encoding");
  }

  /** How the chunk is protected. */
  public Protection protection() {
    return known(Protection.of(protectionCode()), "protection");
  }

  /** Bytes of the payload once decoded. */
  public long rawBytes() {
    return memory.get(U64, HeaderLayout.RAW_BYTES);
  }

  /** Bytes of the payload as stored. */
  public long storedBytes() {
    return memory.get(U64, HeaderLayout.STORED_BYTES);
  }

  /** How the payload's checksum is made. */
  public ChecksumKind checksumKind() {
    return known(ChecksumKind.of(checksumCode()), "checksum");
  }

  /** The checksum of the payload as stored. */
  public long payloadChecksum() {
    return memory.get(U64, HeaderLayout.PAYLOAD_CHECKSUM);
  }

  /** When the header was written, by the writer's clock, to the millisecond. */
  public Instant created() {
    return Instant.ofEpochMilli(memory.get(U64, HeaderLayout.CREATED));
  }

  /** 16 bytes that name the secret of a protected chunk. */
  public byte[] secretId() {
    return HeaderLayout.bytes(memory, HeaderLayout.SECRET_ID, HeaderLayout.SECRET_ID_BYTES);
  }

  /** 12 bytes that the cipher used once. */
  public byte[] nonce() {
    return HeaderLayout.bytes(memory, HeaderLayout.NONCE, HeaderLayout.NONCE_BYTES);
  }

  /** 16 bytes that prove who wrote a protected chunk. */
  public byte[] tag() {
    return HeaderLayout.bytes(memory, HeaderLayout.TAG, HeaderLayout.TAG_BYTES);
  }

  /** The full chunk that a reference names. */
  public ChunkKey referenced() {
    return HeaderLayout.key(memory, HeaderLayout.PARAMETERS);
  }

  /** How many token ids the header holds. */
  public int tokenCount() {
    return int32(HeaderLayout.TOKEN_COUNT);
  }

  /** The token ids; not theirs while {@link Protection#AES_256_GCM enciphered}. */
  public int[] tokens() {
    int[] tokens = new int[tokenCount()];
    MemorySegment.copy(memory, U32, HeaderLayout.TOKENS, tokens, 0, tokens.length);
    return tokens;
  }

  /**
   * How many of the header's token ids are those of {@code tokens[from .. to)}, from the first on.
   */
  public int commonPrefix(int[] tokens, int from, int to) {
    int most = Math.min(tokenCount(), to - from);
    int i = 0;
    while (i < most && memory.getAtIndex(U32, HeaderLayout.FIRST_TOKEN + i) == tokens[from + i]) {
      i++;
    }
    return i;
  }

  /** The memory of the token ids, for a cipher. */
  public MemorySegment tokenMemory() {
    return memory.asSlice(HeaderLayout.TOKENS, (long) tokenCount() * Integer.BYTES);
  }

  /**
   * A copy of the header as it goes into a tag: with the checksum and the tag zero, token ids as
   * they are stored.
   */
  public byte[] authenticated() {
    byte[] copy = new byte[BYTES];
    authenticated(copy);
    return copy;
  }

  /**
   * As {@link #authenticated()}, without making an array.
   *
   * @param target of {@link #BYTES} bytes
   */
  public void authenticated(byte[] target) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, target, 0, BYTES);
    Arrays.fill(target, HeaderLayout.HEADER_CHECKSUM, HeaderLayout.KEY, (byte) 0);
    Arrays.fill(target, HeaderLayout.TAG, HeaderLayout.PARAMETERS, (byte) 0);
  }

  int int32(int offset) {
    return memory.get(U32, offset);
  }

  int version() {
    return Short.toUnsignedInt(memory.get(U16, HeaderLayout.VERSION));
  }

  int lengthUnits() {
    return Short.toUnsignedInt(memory.get(U16, HeaderLayout.LENGTH));
  }

  int flags() {
    return int32(HeaderLayout.FLAGS);
  }

  int checksumCode() {
    return (flags() & HeaderLayout.CHECKSUM_MASK) >> HeaderLayout.CHECKSUM_SHIFT;
  }

  int dataTypeCode() {
    return code(HeaderLayout.DATA_TYPE);
  }

  int encodingCode() {
    return code(HeaderLayout.ENCODING);
  }

  int protectionCode() {
    return code(HeaderLayout.PROTECTION);
  }

  int code(int offset) {
    return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset));
  }

  private static <T> T known(@Nullable T value, String what) {
    return Objects.requireNonNull(value, () -> "unknown " + what + ": check for faults first");
  }
}
