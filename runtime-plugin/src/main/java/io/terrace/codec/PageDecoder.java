/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.engine.ChunkDecoder;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChecksumKind;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.CompactPage;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks, deciphers, decodes and unpacks. What is stored as it lies in a page is read into the page
 * itself, a tail into its beginning, and checked there; anything else is read into memory of the
 * decoder.
 */
final class PageDecoder implements ChunkDecoder {
  private final Opener opener;
  private final ChunkHeader stored = new ChunkHeader(new Scratch().of(ChunkHeader.BYTES));
  private final ChunkHeader readable = new ChunkHeader(new Scratch().of(ChunkHeader.BYTES));
  private final Map<Encoding, Codec> codecs = new EnumMap<>(Encoding.class);
  private final Scratch scratch = new Scratch();

  PageDecoder(StoredCoding coding) {
    opener = new Opener(coding);
  }

  @Override
  public @Nullable ChunkFault accept(MemorySegment header, long payloadBytes) {
    if (header.byteSize() < ChunkHeader.BYTES) {
      return new ChunkHeader(header).fault(payloadBytes);
    }
    stored.memory().copyFrom(header.asSlice(0, ChunkHeader.BYTES));
    ChunkFault fault = stored.fault(payloadBytes);
    if (fault == null) {
      fault = opener.refusal(stored);
    }
    if (fault == null) {
      readable.memory().copyFrom(stored.memory());
      opener.reveal(stored, readable);
      fault = isReference() ? checked(MemorySegment.NULL, MemorySegment.NULL) : null;
    }
    return fault;
  }

  /** Nothing comes behind the header of a reference, so that it has to be checked at once. */
  private boolean isReference() {
    return stored.kind() == ChunkKind.REFERENCE;
  }

  @Override
  public ChunkHeader header() {
    return readable;
  }

  @Override
  public MemorySegment target(MemorySegment page) {
    return isPageItself()
        ? page.asSlice(0, stored.storedBytes())
        : withRoomForTag().asSlice(0, stored.storedBytes());
  }

  private boolean isPageItself() {
    return stored.encoding() == Encoding.RAW && stored.protection() != Protection.AES_256_GCM;
  }

  private MemorySegment withRoomForTag() {
    return scratch.of(stored.storedBytes() + PayloadCipher.TAG_BYTES);
  }

  @Override
  public boolean isPage() {
    return stored.kind() == ChunkKind.FULL
        && stored.encoding() == Encoding.RAW
        && stored.protection() == Protection.NONE
        && stored.checksumKind() == ChecksumKind.CRC32C;
  }

  @Override
  public @Nullable ChunkFault verify(int checksum) {
    return checksumFault(Integer.toUnsignedLong(checksum));
  }

  @Override
  public @Nullable ChunkFault decode(MemorySegment page) {
    if (isReference()) {
      return null;
    }
    MemorySegment payload = target(page);
    MemorySegment raw = page.asSlice(0, stored.rawBytes());
    boolean isRaw = stored.encoding() == Encoding.RAW;
    ChunkFault fault = checked(payload, isRaw ? raw : payload);
    if (fault == null && !isRaw) {
      fault = decoded(payload, raw);
    }
    PageGeometry geometry = stored.geometry();
    if (fault == null && stored.positions() < geometry.chunkTokens()) {
      CompactPage.unpack(geometry, stored.positions(), raw, page);
    }
    return fault;
  }

  /**
   * Checks the payload, and deciphers it into {@code target}, which is the payload's own memory
   * unless what is deciphered belongs elsewhere.
   */
  private @Nullable ChunkFault checked(MemorySegment payload, MemorySegment target) {
    return switch (stored.protection()) {
      case NONE -> checksumFault(payload);
      case HMAC_SHA_256 -> opener.check(stored, payload);
      case AES_256_GCM -> opener.decipher(stored, withRoomForTag(), target);
    };
  }

  private @Nullable ChunkFault checksumFault(MemorySegment payload) {
    if (stored.checksumKind() == ChecksumKind.NONE && payload.byteSize() > 0) {
      return fault(Kind.PAYLOAD_DAMAGED, "nothing to check it with");
    }
    return checksumFault(stored.checksumKind().of(payload));
  }

  private @Nullable ChunkFault checksumFault(long found) {
    long wanted = stored.payloadChecksum();
    return found == wanted
        ? null
        : fault(
            Kind.PAYLOAD_DAMAGED,
            "checksum "
                + HexFormat.of().toHexDigits(wanted)
                + " is stored, the bytes give "
                + HexFormat.of().toHexDigits(found));
  }

  private @Nullable ChunkFault decoded(MemorySegment payload, MemorySegment raw) {
    try {
      Codec codec = codecs.computeIfAbsent(stored.encoding(), e -> Codecs.open(e, 1));
      PageGeometry geometry = stored.geometry();
      codec.decode(payload, geometry.dataType().bytes(), raw);
      return null;
    } catch (CodecException e) {
      return fault(Kind.UNDECODABLE, String.valueOf(e.getMessage()));
    } catch (MissingLibraryException e) {
      return fault(Kind.NO_LIBRARY, String.valueOf(e.getMessage()));
    }
  }

  private ChunkFault fault(Kind kind, String message) {
    return new ChunkFault(
        kind, ChunkHeader.BYTES, ChunkHeader.BYTES + stored.storedBytes(), message);
  }
}
