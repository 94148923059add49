/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static io.terrace.codec.StoredChunks.FINGERPRINT;
import static io.terrace.codec.StoredChunks.OLDER_SECRET;
import static io.terrace.codec.StoredChunks.PARENT;
import static io.terrace.codec.StoredChunks.SECRET;
import static io.terrace.codec.StoredChunks.bytes;
import static io.terrace.codec.StoredChunks.coding;
import static io.terrace.codec.StoredChunks.descriptor;
import static io.terrace.codec.StoredChunks.emptyPage;
import static io.terrace.codec.StoredChunks.encode;
import static io.terrace.codec.StoredChunks.geometry;
import static io.terrace.codec.StoredChunks.page;
import static io.terrace.codec.StoredChunks.read;
import static io.terrace.codec.StoredChunks.repairHeader;
import static io.terrace.codec.StoredChunks.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.ChunkDecoder;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stored chunks that are not what was written are not used. */
final class DamageTest {
  /** The header's own checksum, which whoever changes the header can make right again. */
  private static final int CHECKSUM = 12;

  private final Random random = new Random(20261125);
  private final PageGeometry geometry = geometry(DataType.BF16);
  private final MemorySegment target = emptyPage(geometry);

  @ParameterizedTest
  @EnumSource
  void aChangeOfAnyByteIsFound(Protection protection) {
    for (Encoding encoding : Encoding.values()) {
      for (int positions : new int[] {3, 8}) {
        StoredCoding coding = coding(encoding, protection, SECRET);
        byte[] stored = bytes(encode(coding, page(geometry, random), positions));
        ChunkDecoder decoder = coding.decoder();
        for (int i = 0; i < stored.length; i++) {
          byte[] changed = changed(stored, i);
          assertThat(read(decoder, changed, target)).as("%s, byte %d", encoding, i).isNotNull();
        }
        assertThat(read(decoder, stored, target)).as("unchanged").isNull();
      }
    }
  }

  private byte[] changed(byte[] stored, int at) {
    byte[] changed = stored.clone();
    changed[at] ^= (byte) (1 + random.nextInt(255));
    return changed;
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aChangeByWhoeverKnowsTheFormatIsFound(Protection protection) {
    StoredCoding coding = coding(Encoding.ZSTD, protection, SECRET);
    byte[] stored = bytes(encode(coding, page(geometry, random), 3));
    ChunkDecoder decoder = coding.decoder();
    Set<Kind> found = EnumSet.noneOf(Kind.class);
    for (int i = 0; i < stored.length; i++) {
      if (i < CHECKSUM || i >= CHECKSUM + 4) {
        byte[] changed = changed(stored, i);
        repairHeader(changed);
        ChunkFault fault = read(decoder, changed, target);
        assertThat(fault).as("byte %d", i).isNotNull();
        found.add(kind(fault));
      }
    }
    assertThat(found)
        .contains(Kind.FORGED, Kind.OTHER_SECRET)
        .doesNotContain(Kind.HEADER_DAMAGED, Kind.PAYLOAD_DAMAGED, Kind.UNDECODABLE);
  }

  /** Nobody asks for a reference's payload, since it has none. */
  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aForgedReferenceIsFoundByItsHeaderAlone(Protection protection) {
    StoredCoding coding = coding(Encoding.RAW, protection, SECRET);
    byte[] stored =
        bytes(coding.encoder().reference(descriptor(geometry, 5), FINGERPRINT, tokens(5), PARENT));
    ChunkDecoder decoder = coding.decoder();
    assertThat(decoder.accept(MemorySegment.ofArray(stored), 0)).isNull();
    for (int i = CHECKSUM + 4; i < stored.length; i++) {
      byte[] changed = changed(stored, i);
      repairHeader(changed);
      assertThat(decoder.accept(MemorySegment.ofArray(changed), 0)).as("byte %d", i).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCutAnywhereIsFound(Protection protection) {
    StoredCoding coding = coding(Encoding.RAW, protection, SECRET);
    byte[] stored = bytes(encode(coding, page(geometry, random), 3));
    ChunkDecoder decoder = coding.decoder();
    for (int length = 0; length < stored.length; length += length < 4000 ? 97 : 1) {
      assertThat(kind(read(decoder, Arrays.copyOf(stored, length), target)))
          .as("%d bytes", length)
          .isEqualTo(Kind.TRUNCATED);
    }
    assertThat(kind(read(decoder, Arrays.copyOf(stored, stored.length + 1), target)))
        .isEqualTo(Kind.OVERSIZED);
  }

  @Test
  void damageIsToldFromForgery() {
    StoredCoding plain = coding(Encoding.RAW, Protection.NONE);
    byte[] stored = bytes(encode(plain, page(geometry, random), 8));
    assertThat(kind(read(plain.decoder(), changed(stored, stored.length - 1), target)))
        .isEqualTo(Kind.PAYLOAD_DAMAGED);
    for (Protection protection :
        new Protection[] {Protection.AES_256_GCM, Protection.HMAC_SHA_256}) {
      StoredCoding coding = coding(Encoding.RAW, protection, SECRET);
      stored = bytes(encode(coding, page(geometry, random), 8));
      assertThat(kind(read(coding.decoder(), changed(stored, stored.length - 1), target)))
          .isEqualTo(Kind.FORGED);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void anOlderSecretReadsAndAnUnknownOneDoesNot(Protection protection) {
    byte[] stored =
        bytes(encode(coding(Encoding.RAW, protection, OLDER_SECRET), page(geometry, random), 8));
    ChunkDecoder rotated = coding(Encoding.RAW, protection, SECRET, OLDER_SECRET).decoder();
    assertThat(read(rotated, stored, target)).isNull();
    ChunkDecoder without = coding(Encoding.RAW, protection, SECRET).decoder();
    assertThat(read(without, stored, target))
        .returns(Kind.OTHER_SECRET, ChunkFault::kind)
        .returns(168L, ChunkFault::from)
        .returns(184L, ChunkFault::to);
    ChunkDecoder noSecrets = coding(Encoding.RAW, Protection.NONE).decoder();
    assertThat(kind(read(noSecrets, stored, target))).isEqualTo(Kind.OTHER_SECRET);
  }

  @Test
  void whatIsNotProtectedIsNotReadWhereItMustBe() {
    byte[] stored = bytes(encode(coding(Encoding.RAW, Protection.NONE), page(geometry, random), 8));
    for (Protection protection :
        new Protection[] {Protection.AES_256_GCM, Protection.HMAC_SHA_256}) {
      ChunkDecoder decoder = coding(Encoding.RAW, protection, SECRET).decoder();
      ChunkFault fault = read(decoder, stored, target);
      assertThat(kind(fault)).isEqualTo(Kind.UNPROTECTED);
      assertThat(fault).returns(true, ChunkFault::blamesChunk);
    }
  }

  @Test
  void oneProtectionIsReadWhereTheOtherIsWritten() {
    StoredCoding mac = coding(Encoding.RAW, Protection.HMAC_SHA_256, SECRET);
    StoredCoding cipher = coding(Encoding.RAW, Protection.AES_256_GCM, SECRET);
    assertThat(read(mac.decoder(), bytes(encode(cipher, page(geometry, random), 8)), target))
        .isNull();
    assertThat(read(cipher.decoder(), bytes(encode(mac, page(geometry, random), 8)), target))
        .isNull();
  }

  @Test
  void noiseIsNoChunk() {
    ChunkDecoder decoder = coding(Encoding.RAW, Protection.NONE).decoder();
    for (int i = 0; i < 1000; i++) {
      byte[] noise = new byte[random.nextInt(2 * ChunkHeader.BYTES)];
      random.nextBytes(noise);
      assertThat(read(decoder, noise, target)).isNotNull();
    }
  }

  private static Kind kind(@Nullable ChunkFault fault) {
    assertThat(fault).isNotNull();
    return fault == null ? Kind.FOREIGN : fault.kind();
  }
}
