/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** What is written into a header is read from it, whatever it is. */
final class HeaderRoundTripPropertyTest {
  private static byte[] bytes(SplittableRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** What goes into one header, drawn from a seed. */
  private static final class Fields {
    final ChunkDescriptor chunk;
    final int[] tokens;
    final byte[] fingerprint;
    final byte[] secretId;
    final byte[] nonce;
    final byte[] tag;
    final ChunkKey named;
    final MemorySegment stored;

    Fields(PageGeometry geometry, ChunkKind kind, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int most = geometry.chunkTokens();
      int positions = kind == ChunkKind.FULL ? most : 1 + random.nextInt(most);
      chunk = new ChunkDescriptor(key(random), key(random), 0, positions, geometry);
      tokens = random.ints(positions + 5).toArray();
      fingerprint = bytes(random, 32);
      secretId = bytes(random, 16);
      nonce = bytes(random, 12);
      tag = bytes(random, 16);
      named = key(random);
      stored = MemorySegment.ofArray(bytes(random, 100));
    }

    private static ChunkKey key(SplittableRandom random) {
      return ChunkKey.of(bytes(random, 32), 0);
    }

    long rawBytes(ChunkKind kind) {
      return kind == ChunkKind.REFERENCE ? 0 : chunk.geometry().compactBytes(chunk.positions());
    }
  }

  @Property(tries = 300)
  void everyFieldComesBack(
      @ForAll @IntRange(min = 1, max = 80) int layers,
      @ForAll @IntRange(min = 1, max = 16) int kvHeads,
      @ForAll @IntRange(min = 1, max = 128) int headSize,
      @ForAll @IntRange(min = 0, max = 8) int log2ChunkTokens,
      @ForAll DataType dataType,
      @ForAll ChunkKind kind,
      @ForAll Protection protection,
      @ForAll @LongRange(min = 0, max = 1L << 50) long created,
      @ForAll long seed) {
    PageGeometry geometry =
        new PageGeometry(layers, kvHeads, headSize, 1 << log2ChunkTokens, dataType);
    Fields fields = new Fields(geometry, kind, seed);
    ChunkHeader header = new ChunkHeader(written(fields, kind, protection, created));
    assertThat(header.kind()).isEqualTo(kind);
    assertThat(header.protection()).isEqualTo(protection);
    assertThat(header.created().toEpochMilli()).isEqualTo(created);
    long raw = fields.rawBytes(kind);
    assertThat(header.encoding()).isEqualTo(raw > 0 ? Encoding.LZ4 : Encoding.RAW);
    assertThat(header.rawBytes()).isEqualTo(raw);
    assertThat(header.storedBytes()).isEqualTo(Math.min(raw, 7));
    assertThat(header.fault(Math.min(raw, 7))).isNull();
    expectIdentity(header, fields);
    expectSeals(header, fields);
  }

  private static MemorySegment written(
      Fields fields, ChunkKind kind, Protection protection, long created) {
    MemorySegment memory = Arena.ofAuto().allocate(ChunkHeader.BYTES);
    memory.fill((byte) 0xEE); // whatever was there before
    ChunkHeaderWriter writer = new ChunkHeaderWriter(memory);
    writer.begin(kind, fields.chunk, fields.fingerprint, fields.tokens, 3, created);
    if (kind != ChunkKind.REFERENCE) {
      writer.encoded(Encoding.LZ4, Math.min(fields.rawBytes(kind), 7));
    }
    return writer
        .checksum(ChecksumKind.CRC32C, fields.stored)
        .protectedBy(protection, fields.secretId, fields.nonce)
        .tag(fields.tag)
        .referenced(fields.named)
        .finish();
  }

  private static void expectIdentity(ChunkHeader header, Fields fields) {
    ChunkDescriptor chunk = fields.chunk;
    assertThat(header.mismatch(chunk.key(), fields.fingerprint, chunk.geometry())).isNull();
    assertThat(header.key()).isEqualTo(chunk.key());
    assertThat(header.parent()).isEqualTo(chunk.parent());
    assertThat(header.fingerprint()).isEqualTo(fields.fingerprint);
    assertThat(header.geometry()).isEqualTo(chunk.geometry());
    assertThat(header.positions()).isEqualTo(chunk.positions());
    int[] tokens = Arrays.copyOfRange(fields.tokens, 3, 3 + chunk.positions());
    assertThat(header.tokens()).isEqualTo(tokens);
  }

  private static void expectSeals(ChunkHeader header, Fields fields) {
    assertThat(header.checksumKind()).isEqualTo(ChecksumKind.CRC32C);
    assertThat(header.payloadChecksum()).isEqualTo(ChecksumKind.CRC32C.of(fields.stored));
    assertThat(header.secretId()).isEqualTo(fields.secretId);
    assertThat(header.nonce()).isEqualTo(fields.nonce);
    assertThat(header.tag()).isEqualTo(fields.tag);
    assertThat(header.referenced()).isEqualTo(fields.named);
  }

  @Property(tries = 200)
  void commonPrefixIsThatOfTheIds(
      @ForAll @IntRange(max = 40) int at, @ForAll @IntRange(max = 40) int to) {
    ChunkHeader header = new ChunkHeader(Golden.begin(ChunkKind.FULL, Golden.full()).finish());
    int[] prompt = new int[50];
    System.arraycopy(Golden.TOKENS, 0, prompt, 5, 32);
    prompt[5 + at]++;
    int expected = Math.min(Math.min(at, to), 32);
    assertThat(header.commonPrefix(prompt, 5, 5 + to)).isEqualTo(expected);
  }

  /** What is not to be covered by a tag is zero in it, and nothing else is. */
  @Test
  void theTagCoversAllButItselfAndTheChecksum() {
    MemorySegment memory = Golden.file("v1-aes.chunk").asSlice(0, ChunkHeader.BYTES);
    byte[] covered = new ChunkHeader(memory).authenticated();
    byte[] whole = memory.toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < ChunkHeader.BYTES; i++) {
      boolean left = (i >= 12 && i < 16) || (i >= 196 && i < 212);
      assertThat(covered[i]).as("byte %d", i).isEqualTo(left ? 0 : whole[i]);
    }
  }

  @Test
  void theMostTokensFit() {
    PageGeometry geometry = new PageGeometry(1, 1, 1, 1024, DataType.F32);
    int[] tokens = new int[1024];
    Arrays.fill(tokens, 7);
    ChunkDescriptor most = new ChunkDescriptor(Golden.TAIL_KEY, Golden.ROOT, 0, 960, geometry);
    ChunkHeaderWriter writer =
        new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES))
            .begin(ChunkKind.TAIL, most, Golden.FINGERPRINT, tokens, 0, 0);
    assertThat(ChunkHeader.MAX_TOKENS).isEqualTo(960);
    assertThat(new ChunkHeader(writer.finish()).fault(geometry.compactBytes(960))).isNull();
    ChunkDescriptor more = new ChunkDescriptor(Golden.TAIL_KEY, Golden.ROOT, 0, 961, geometry);
    assertThatThrownBy(() -> writer.begin(ChunkKind.TAIL, more, Golden.FINGERPRINT, tokens, 0, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aHeaderOfAnotherLengthIsRefused() {
    MemorySegment tooLong = Arena.ofAuto().allocate(ChunkHeader.BYTES + 1);
    assertThatThrownBy(() -> new ChunkHeaderWriter(tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a header has 4096 bytes, got 4097");
  }

  @Property(tries = 200)
  void whatIsPackedIsUnpacked(
      @ForAll @IntRange(min = 1, max = 5) int layers,
      @ForAll @IntRange(min = 1, max = 16) int positions,
      @ForAll DataType dataType,
      @ForAll long seed) {
    PageGeometry geometry = new PageGeometry(layers, 2, 3, 16, dataType);
    MemorySegment page =
        MemorySegment.ofArray(bytes(new SplittableRandom(seed), geometry.pageBytes()));
    MemorySegment compact = MemorySegment.ofArray(new byte[geometry.compactBytes(positions)]);
    CompactPage.pack(geometry, positions, page, compact);
    byte[] other = new byte[geometry.pageBytes()];
    Arrays.fill(other, (byte) 0x5A);
    CompactPage.unpack(geometry, positions, compact, MemorySegment.ofArray(other));
    byte[] expected = page.toArray(ValueLayout.JAVA_BYTE);
    int kept = geometry.scalesBytes() + positions * geometry.rowBytes();
    for (int i = 0; i < expected.length; i++) {
      boolean inside = i % geometry.planeBytes() < kept;
      assertThat(other[i]).as("byte %d", i).isEqualTo(inside ? expected[i] : (byte) 0x5A);
    }
  }
}
