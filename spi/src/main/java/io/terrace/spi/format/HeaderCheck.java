/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault.Kind;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a header may be believed, from the outside in: first that it is one, then that it
 * is whole, then that its fields fit each other and the payload. No length is used before it was
 * checked.
 */
final class HeaderCheck {
  private static final MemorySegment ZEROS =
      MemorySegment.ofArray(new byte[ChunkHeader.BYTES - HeaderLayout.TOKENS]);

  private HeaderCheck() {}

  static @Nullable ChunkFault fault(ChunkHeader header, long payloadBytes) {
    ChunkFault fault = format(header);
    if (fault == null) {
      fault = methods(header);
    }
    if (fault == null) {
      fault = shape(header);
    }
    return fault != null ? fault : lengths(header, payloadBytes);
  }

  private static @Nullable ChunkFault format(ChunkHeader header) {
    long size = header.memory().byteSize();
    if (size >= HeaderLayout.VERSION
        && header.int32(HeaderLayout.MAGIC) != HeaderLayout.MAGIC_VALUE) {
      return fault(
          Kind.FOREIGN,
          HeaderLayout.MAGIC,
          HeaderLayout.VERSION,
          "a chunk begins with \"TRRC\", this with " + hex(header, HeaderLayout.MAGIC, 4));
    }
    if (size < ChunkHeader.BYTES) {
      return fault(
          Kind.TRUNCATED,
          size,
          ChunkHeader.BYTES,
          "a header has " + ChunkHeader.BYTES + " bytes, there are " + size);
    }
    int version = header.version();
    if (version != ChunkHeader.VERSION) {
      return fault(
          version < ChunkHeader.VERSION ? Kind.OLDER : Kind.NEWER,
          HeaderLayout.VERSION,
          HeaderLayout.LENGTH,
          "version " + ChunkHeader.VERSION + " of the format is read, this is " + version);
    }
    if (header.lengthUnits() != 1) {
      return fault(
          Kind.NEWER,
          HeaderLayout.LENGTH,
          HeaderLayout.FLAGS,
          "a header has 1 unit of 4096 bytes, this has " + header.lengthUnits());
    }
    int wanted = header.int32(HeaderLayout.HEADER_CHECKSUM);
    int found = checksum(header.memory());
    if (wanted != found) {
      return fault(
          Kind.HEADER_DAMAGED,
          0,
          ChunkHeader.BYTES,
          "checksum "
              + HexFormat.of().toHexDigits(wanted)
              + " is stored, the bytes give "
              + HexFormat.of().toHexDigits(found));
    }
    return null;
  }

  /** CRC-32C of a header with its own field zero. */
  static int checksum(MemorySegment header) {
    CRC32C crc = new CRC32C();
    update(crc, header, 0, HeaderLayout.HEADER_CHECKSUM);
    for (int i = HeaderLayout.HEADER_CHECKSUM; i < HeaderLayout.KEY; i++) {
      crc.update(0);
    }
    update(crc, header, HeaderLayout.KEY, ChunkHeader.BYTES);
    return (int) crc.getValue();
  }

  private static void update(CRC32C crc, MemorySegment header, int from, int to) {
    if (header.isNative()) {
      crc.update(header.asSlice(from, to - from).asByteBuffer());
    } else {
      crc.update(HeaderLayout.bytes(header, from, to - from));
    }
  }

  private static @Nullable ChunkFault methods(ChunkHeader header) {
    int flags = header.flags();
    if ((flags & ~HeaderLayout.KNOWN_FLAGS) != 0
        || ChecksumKind.of(header.checksumCode()) == null) {
      return fault(
          Kind.NEWER,
          HeaderLayout.FLAGS,
          HeaderLayout.HEADER_CHECKSUM,
          "unknown flags 0x" + HexFormat.of().toHexDigits(flags));
    }
    if (DataType.of(header.dataTypeCode()) == null) {
      return unknown(HeaderLayout.DATA_TYPE, "data type", header.dataTypeCode());
    }
    if (Encoding.of(header.encodingCode()) == null) {
      return unknown(HeaderLayout.ENCODING, "encoding", header.encodingCode());
    }
    if (Protection.of(header.protectionCode()) == null) {
      return unknown(HeaderLayout.PROTECTION, "protection", header.protectionCode());
    }
    int zero = header.code(HeaderLayout.ZERO);
    return zero == 0 ? null : unknown(HeaderLayout.ZERO, "value, where version 1 has 0:", zero);
  }

  private static ChunkFault unknown(int offset, String what, int code) {
    return fault(Kind.NEWER, offset, offset + 1, "unknown " + what + " " + code);
  }

  private static @Nullable ChunkFault shape(ChunkHeader header) {
    int both = HeaderLayout.TAIL_FLAG | HeaderLayout.REFERENCE_FLAG;
    if ((header.flags() & both) == both) {
      return fault(
          Kind.MALFORMED,
          HeaderLayout.FLAGS,
          HeaderLayout.HEADER_CHECKSUM,
          "both a tail and a reference");
    }
    PageGeometry geometry;
    try {
      geometry = header.geometry();
    } catch (IllegalArgumentException e) {
      return fault(
          Kind.MALFORMED,
          HeaderLayout.LAYERS,
          HeaderLayout.POSITIONS,
          String.valueOf(e.getMessage()));
    }
    int positions = header.positions();
    int most = geometry.chunkTokens();
    int least = header.kind() == ChunkKind.FULL ? most : 1;
    if (positions < least || positions > most) {
      return fault(
          Kind.MALFORMED,
          HeaderLayout.POSITIONS,
          HeaderLayout.DATA_TYPE,
          positions + " positions in a chunk of " + most + " tokens");
    }
    if (header.tokenCount() != positions || positions > ChunkHeader.MAX_TOKENS) {
      return fault(
          Kind.MALFORMED,
          HeaderLayout.TOKEN_COUNT,
          HeaderLayout.TOKENS,
          header.tokenCount() + " token ids for " + positions + " positions");
    }
    return behindTokens(header);
  }

  private static @Nullable ChunkFault behindTokens(ChunkHeader header) {
    int from = HeaderLayout.TOKENS + header.tokenCount() * Integer.BYTES;
    int count = ChunkHeader.BYTES - from;
    long zeros = header.memory().asSlice(from, count).mismatch(ZEROS.asSlice(0, count));
    return zeros < 0
        ? null
        : fault(
            Kind.MALFORMED,
            from + zeros,
            ChunkHeader.BYTES,
            "not zero, behind " + header.tokenCount() + " token ids");
  }

  private static @Nullable ChunkFault lengths(ChunkHeader header, long payloadBytes) {
    long raw =
        header.kind() == ChunkKind.REFERENCE
            ? 0
            : header.geometry().compactBytes(header.positions());
    if (header.rawBytes() != raw) {
      return fault(
          Kind.OVERSIZED,
          HeaderLayout.RAW_BYTES,
          HeaderLayout.STORED_BYTES,
          "its geometry takes " + raw + " bytes, the header says " + header.rawBytes());
    }
    long stored = header.storedBytes();
    boolean fits = header.encoding() == Encoding.RAW ? stored == raw : stored > 0 && stored <= raw;
    if (!fits) {
      return fault(
          Kind.OVERSIZED,
          HeaderLayout.STORED_BYTES,
          HeaderLayout.PAYLOAD_CHECKSUM,
          "a payload of " + raw + " bytes cannot be stored " + header.encoding() + " in " + stored);
    }
    long end = ChunkHeader.BYTES + stored;
    long there = ChunkHeader.BYTES + payloadBytes;
    if (payloadBytes != stored) {
      return fault(
          payloadBytes < stored ? Kind.TRUNCATED : Kind.OVERSIZED,
          Math.min(there, end),
          Math.max(there, end),
          "the header says " + stored + " bytes of payload, there are " + payloadBytes);
    }
    return null;
  }

  static @Nullable ChunkFault mismatch(
      ChunkHeader header, ChunkKey key, byte[] fingerprint, PageGeometry geometry) {
    if (!header.key().equals(key)) {
      return fault(
          Kind.OTHER_KEY,
          HeaderLayout.KEY,
          HeaderLayout.PARENT,
          "wanted the chunk " + key + ", this is " + header.key());
    }
    if (!Arrays.equals(header.fingerprint(), fingerprint)) {
      return fault(
          Kind.OTHER_MODEL,
          HeaderLayout.FINGERPRINT,
          HeaderLayout.LAYERS,
          "computed by another model, version or machine: fingerprint "
              + hex(header, HeaderLayout.FINGERPRINT, 4)
              + "...");
    }
    if (!header.geometry().equals(geometry)) {
      return fault(
          Kind.OTHER_MODEL,
          HeaderLayout.LAYERS,
          HeaderLayout.DATA_TYPE + 1,
          "wanted " + geometry + ", this is " + header.geometry());
    }
    return null;
  }

  static @Nullable ChunkFault keyMismatch(ChunkHeader header) {
    int[] tokens = header.tokens();
    boolean full = header.kind() == ChunkKind.FULL;
    if (!full && tokens.length < KeyChain.TAIL_KEY_TOKENS) {
      return fault(
          Kind.MALFORMED,
          HeaderLayout.TOKEN_COUNT,
          HeaderLayout.TOKENS,
          "a tail's key is made of "
              + KeyChain.TAIL_KEY_TOKENS
              + " token ids, there are "
              + tokens.length);
    }
    KeyChain chain = new KeyChain();
    ChunkKey parent = header.parent();
    ChunkKey whole = chain.next(parent, tokens, 0, tokens.length);
    ChunkKey key = full ? whole : chain.tail(parent, tokens, 0);
    if (!header.key().equals(key)) {
      return fault(
          Kind.OTHER_TOKENS,
          HeaderLayout.TOKENS,
          HeaderLayout.TOKENS + (long) tokens.length * Integer.BYTES,
          "the token ids and the parent give the key " + key + ", this is " + header.key());
    }
    boolean names = header.kind() == ChunkKind.REFERENCE;
    if (names && isOfFullChunk(header) && !header.referenced().equals(whole)) {
      return fault(
          Kind.OTHER_TOKENS,
          HeaderLayout.PARAMETERS,
          HeaderLayout.PARAMETERS + ChunkKey.BYTES,
          "the token ids are those of the full chunk "
              + whole
              + ", it refers to "
              + header.referenced());
    }
    return null;
  }

  private static boolean isOfFullChunk(ChunkHeader header) {
    return header.tokenCount() == header.geometry().chunkTokens();
  }

  static ChunkFault otherSecret(ChunkHeader header) {
    return fault(
        Kind.OTHER_SECRET,
        HeaderLayout.SECRET_ID,
        HeaderLayout.NONCE,
        "protected with secret " + hex(header, HeaderLayout.SECRET_ID, 4) + "…, not at hand");
  }

  static ChunkFault unprotected() {
    return fault(
        Kind.UNPROTECTED,
        HeaderLayout.PROTECTION,
        HeaderLayout.ZERO,
        "not protected, as every chunk here must be");
  }

  private static String hex(ChunkHeader header, int offset, int count) {
    return HexFormat.of().formatHex(HeaderLayout.bytes(header.memory(), offset, count));
  }

  private static ChunkFault fault(Kind kind, long from, long to, String message) {
    return new ChunkFault(kind, from, to, message);
  }
}
