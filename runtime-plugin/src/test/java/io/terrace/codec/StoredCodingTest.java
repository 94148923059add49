/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static io.terrace.codec.StoredChunks.CLOCK;
import static io.terrace.codec.StoredChunks.FINGERPRINT;
import static io.terrace.codec.StoredChunks.KEY;
import static io.terrace.codec.StoredChunks.SECRET;
import static io.terrace.codec.StoredChunks.bytes;
import static io.terrace.codec.StoredChunks.coding;
import static io.terrace.codec.StoredChunks.descriptor;
import static io.terrace.codec.StoredChunks.emptyPage;
import static io.terrace.codec.StoredChunks.encode;
import static io.terrace.codec.StoredChunks.geometry;
import static io.terrace.codec.StoredChunks.mismatch;
import static io.terrace.codec.StoredChunks.page;
import static io.terrace.codec.StoredChunks.read;
import static io.terrace.codec.StoredChunks.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.engine.ChunkDecoder;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChecksumKind;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is stored is what comes back, however it is stored. */
final class StoredCodingTest {
  private final Random random = new Random(20261125);

  @ParameterizedTest
  @EnumSource
  void whatWasStoredComesBack(Protection protection) {
    for (Encoding encoding : Encoding.values()) {
      StoredCoding coding = coding(encoding, protection, SECRET);
      ChunkDecoder decoder = coding.decoder();
      for (DataType type : DataType.values()) {
        PageGeometry geometry = geometry(type);
        for (int positions = 1; positions <= geometry.chunkTokens(); positions++) {
          String what = encoding + ", " + type + ", " + positions;
          SamplePage page = page(geometry, random);
          byte[] stored = bytes(encode(coding, page, positions));
          MemorySegment back = emptyPage(geometry);
          assertThat(read(decoder, stored, back)).as(what).isNull();
          assertThat(mismatch(geometry, positions, page.segment(), back)).as(what).isEqualTo(-1);
          assertHeader(decoder.header(), geometry, positions, what);
        }
      }
    }
  }

  private static void assertHeader(
      ChunkHeader header, PageGeometry geometry, int positions, String what) {
    boolean full = positions == geometry.chunkTokens();
    assertThat(header.mismatch(KEY, FINGERPRINT, geometry)).as(what).isNull();
    assertThat(header.kind()).as(what).isEqualTo(full ? ChunkKind.FULL : ChunkKind.TAIL);
    assertThat(header.tokens()).as(what).isEqualTo(tokens(positions));
    assertThat(header.created()).as(what).isEqualTo(CLOCK.instant());
  }

  @ParameterizedTest
  @EnumSource
  void aReferenceComesBack(Protection protection) {
    StoredCoding coding = coding(Encoding.ZSTD, protection, SECRET);
    PageGeometry geometry = geometry(DataType.F32);
    ChunkKey referenced = ChunkKey.parse("77".repeat(32));
    Chunk chunk =
        coding.encoder().reference(descriptor(geometry, 5), FINGERPRINT, tokens(5), referenced);
    assertThat(chunk.payload().byteSize()).isZero();
    ChunkDecoder decoder = coding.decoder();
    assertThat(read(decoder, bytes(chunk), emptyPage(geometry))).isNull();
    assertThat(decoder.header().kind()).isEqualTo(ChunkKind.REFERENCE);
    assertThat(decoder.header().referenced()).isEqualTo(referenced);
    assertThat(decoder.header().tokens()).isEqualTo(tokens(5));
  }

  @Test
  void aFullPageThatNeedsNothingIsStoredFromItsOwnMemory() {
    SamplePage page = page(geometry(DataType.F32), random);
    for (Protection protection : new Protection[] {Protection.NONE, Protection.HMAC_SHA_256}) {
      Chunk chunk = encode(coding(Encoding.RAW, protection, SECRET), page, 8);
      assertThat(chunk.payload().address()).isEqualTo(page.segment().address());
    }
  }

  @Test
  void aPageThatDoesNotGetSmallerIsStoredRaw() {
    SamplePage page = new SamplePage(geometry(DataType.F32));
    Payloads.RANDOM.fill(page.segment(), random);
    Chunk chunk = encode(coding(Encoding.ZSTD, Protection.NONE), page, 8);
    assertThat(new ChunkHeader(chunk.header()).encoding()).isEqualTo(Encoding.RAW);
    assertThat(chunk.payload().address()).isEqualTo(page.segment().address());
  }

  @Test
  void thePageIsNeverWritten() {
    for (Encoding encoding : Encoding.values()) {
      for (Protection protection : Protection.values()) {
        SamplePage page = page(geometry(DataType.BF16), random);
        MemorySegment before = Arena.ofAuto().allocate(page.segment().byteSize());
        before.copyFrom(page.segment());
        encode(coding(encoding, protection, SECRET), page, 8);
        encode(coding(encoding, protection, SECRET), page, 3);
        assertThat(before.mismatch(page.segment())).isEqualTo(-1);
      }
    }
  }

  @Test
  void whatLiesAsInAPageIsReadIntoThePage() {
    PageGeometry geometry = geometry(DataType.F32);
    for (int positions : new int[] {5, 8}) {
      for (Protection protection : Protection.values()) {
        StoredCoding coding = coding(Encoding.RAW, protection, SECRET);
        Chunk chunk = encode(coding, page(geometry, random), positions);
        ChunkDecoder decoder = coding.decoder();
        assertThat(decoder.accept(chunk.header(), chunk.payload().byteSize())).isNull();
        MemorySegment page = emptyPage(geometry);
        assertThat(decoder.target(page).address() == page.address())
            .isEqualTo(protection != Protection.AES_256_GCM);
      }
    }
  }

  @Test
  void anyDecoderReadsAnyEncoding() {
    PageGeometry geometry = geometry(DataType.F32);
    ChunkDecoder decoder = coding(Encoding.RAW, Protection.NONE).decoder();
    for (Encoding encoding : Encoding.values()) {
      SamplePage page = page(geometry, random);
      MemorySegment back = emptyPage(geometry);
      byte[] stored = bytes(encode(coding(encoding, Protection.NONE), page, 8));
      assertThat(read(decoder, stored, back)).isNull();
      assertThat(page.segment().mismatch(back)).isEqualTo(-1);
    }
  }

  @Test
  void whatNothingChecksIsNotBelieved() {
    PageGeometry geometry = geometry(DataType.F32);
    ChunkHeaderWriter writer = new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES));
    writer.begin(ChunkKind.FULL, descriptor(geometry, 8), FINGERPRINT, tokens(8), 0, 1);
    SamplePage page = page(geometry, random);
    writer.checksum(ChecksumKind.NONE, page.segment());
    Chunk chunk = Chunk.ofBytes(descriptor(geometry, 8), writer.finish(), page.segment());
    ChunkDecoder decoder = coding(Encoding.RAW, Protection.NONE).decoder();
    assertThat(read(decoder, bytes(chunk), emptyPage(geometry)))
        .extracting(ChunkFault::kind)
        .isEqualTo(ChunkFault.Kind.PAYLOAD_DAMAGED);
  }

  @Test
  void aPayloadThatCannotBeDecodedSaysSo() {
    PageGeometry geometry = geometry(DataType.F32);
    ChunkHeaderWriter writer = new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES));
    for (Encoding encoding : new Encoding[] {Encoding.ZSTD, Encoding.LZ4}) {
      writer.begin(ChunkKind.FULL, descriptor(geometry, 8), FINGERPRINT, tokens(8), 0, 1);
      MemorySegment garbage = Arena.ofAuto().allocate(100).fill((byte) 7);
      writer.encoded(encoding, 100).checksum(ChecksumKind.CRC32C, garbage);
      Chunk chunk = Chunk.ofBytes(descriptor(geometry, 8), writer.finish(), garbage);
      ChunkDecoder decoder = coding(Encoding.RAW, Protection.NONE).decoder();
      assertThat(read(decoder, bytes(chunk), emptyPage(geometry)))
          .extracting(ChunkFault::kind)
          .isEqualTo(ChunkFault.Kind.UNDECODABLE);
    }
  }

  @Test
  void protectionWithoutASecretIsRefused() {
    assertThatThrownBy(() -> coding(Encoding.RAW, Protection.AES_256_GCM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("protection AES_256_GCM needs a secret");
  }
}
