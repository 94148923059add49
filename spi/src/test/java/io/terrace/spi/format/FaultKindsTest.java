/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each sort of fault is told apart, by headers that are whole but for one field. */
final class FaultKindsTest {
  /** What only those find who look at tokens, secrets and payloads. */
  private static final Set<Kind> NOT_OF_THE_HEADER =
      EnumSet.of(
          Kind.OTHER_TOKENS,
          Kind.OTHER_SECRET,
          Kind.UNPROTECTED,
          Kind.FORGED,
          Kind.PAYLOAD_DAMAGED,
          Kind.UNDECODABLE,
          Kind.NO_LIBRARY);

  private final MemorySegment payload = Golden.payload(32);
  private final Set<Kind> provoked = EnumSet.noneOf(Kind.class);

  private MemorySegment full() {
    return Golden.begin(ChunkKind.FULL, Golden.full())
        .checksum(ChecksumKind.CRC32C, payload)
        .finish();
  }

  /** A full chunk whose header was changed, and its checksum made right again. */
  private ChunkFault fault(Consumer<MemorySegment> change) {
    MemorySegment header = full();
    change.accept(header);
    header.set(HeaderLayout.U32, HeaderLayout.HEADER_CHECKSUM, HeaderCheck.checksum(header));
    return fault(header, payload.byteSize());
  }

  private static ChunkFault fault(MemorySegment header, long payloadBytes) {
    return Objects.requireNonNull(new ChunkHeader(header).fault(payloadBytes), "no fault");
  }

  private static Consumer<MemorySegment> u32(int offset, int value) {
    return header -> header.set(HeaderLayout.U32, offset, value);
  }

  private static Consumer<MemorySegment> u64(int offset, long value) {
    return header -> header.set(HeaderLayout.U64, offset, value);
  }

  private static Consumer<MemorySegment> code(int offset, int value) {
    return header -> header.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  private void expect(Kind kind, long from, long to, String message, ChunkFault fault) {
    provoked.add(fault.kind());
    assertThat(fault.kind()).as(fault.toString()).isEqualTo(kind);
    assertThat(fault.from()).as(fault.toString()).isEqualTo(from);
    assertThat(fault.to()).as(fault.toString()).isEqualTo(to);
    assertThat(fault.message()).isEqualTo(message);
    assertThat(fault).hasToString(kind + ", bytes " + from + " to " + to + ": " + message);
  }

  @Test
  void everyKindIsProvoked() {
    notAChunk();
    otherVersions();
    unknownMethods();
    damage();
    whatCannotBe();
    lengthsThatCannotBe();
    anotherChunk();
    assertThat(provoked).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(NOT_OF_THE_HEADER)));
  }

  private void notAChunk() {
    expect(
        Kind.FOREIGN,
        0,
        4,
        "a chunk begins with \"TRRC\", this with 50415231",
        fault(u32(0, 0x31524150)));
    expect(
        Kind.TRUNCATED,
        100,
        4096,
        "a header has 4096 bytes, there are 100",
        fault(full().asSlice(0, 100), 0));
    MemorySegment foreignAndShort = Arena.ofAuto().allocate(4);
    expect(
        Kind.FOREIGN,
        0,
        4,
        "a chunk begins with \"TRRC\", this with 00000000",
        fault(foreignAndShort, 0));
  }

  private void otherVersions() {
    expect(
        Kind.OLDER,
        4,
        6,
        "version 1 of the format is read, this is 0",
        fault(h -> h.set(HeaderLayout.U16, 4, (short) 0)));
    expect(
        Kind.NEWER,
        4,
        6,
        "version 1 of the format is read, this is 65535",
        fault(h -> h.set(HeaderLayout.U16, 4, (short) -1)));
    expect(
        Kind.NEWER,
        6,
        8,
        "a header has 1 unit of 4096 bytes, this has 2",
        fault(h -> h.set(HeaderLayout.U16, 6, (short) 2)));
  }

  private void unknownMethods() {
    expect(Kind.NEWER, 8, 12, "unknown flags 0x00000104", fault(u32(8, 0x104)));
    expect(Kind.NEWER, 8, 12, "unknown flags 0x00000200", fault(u32(8, 0x200)));
    expect(Kind.NEWER, 132, 133, "unknown data type 4", fault(code(132, 4)));
    expect(Kind.NEWER, 133, 134, "unknown encoding 255", fault(code(133, 255)));
    expect(Kind.NEWER, 134, 135, "unknown protection 3", fault(code(134, 3)));
    expect(Kind.NEWER, 135, 136, "unknown value, where version 1 has 0: 1", fault(code(135, 1)));
  }

  private void damage() {
    MemorySegment header = full();
    header.set(HeaderLayout.U32, 252, 31);
    ChunkFault fault = fault(header, payload.byteSize());
    assertThat(fault.message()).matches("checksum [0-9a-f]{8} is stored, the bytes give .{8}");
    expect(Kind.HEADER_DAMAGED, 0, 4096, fault.message(), fault);
  }

  private void whatCannotBe() {
    expect(Kind.MALFORMED, 8, 12, "both a tail and a reference", fault(u32(8, 0x103)));
    expect(Kind.MALFORMED, 112, 128, "layers must be at least 1, got 0", fault(u32(112, 0)));
    expect(
        Kind.MALFORMED,
        112,
        128,
        "kvHeads must be at least 1, got -1",
        fault(u32(116, 0xFFFFFFFF)));
    expect(
        Kind.MALFORMED,
        112,
        128,
        "chunkTokens must be a power of two, got 33",
        fault(u32(124, 33)));
    assertThat(fault(u32(112, Integer.MAX_VALUE)).message())
        .startsWith("a page must be smaller than 2 GiB");
    expect(Kind.MALFORMED, 128, 132, "31 positions in a chunk of 32 tokens", fault(u32(128, 31)));
    expect(Kind.MALFORMED, 128, 132, "33 positions in a chunk of 32 tokens", fault(u32(128, 33)));
    expect(Kind.MALFORMED, 252, 256, "31 token ids for 32 positions", fault(u32(252, 31)));
    expect(Kind.MALFORMED, 252, 256, "-1 token ids for 32 positions", fault(u32(252, 0xFFFFFFFF)));
    for (int at : new int[] {384, 385, 2000, 4095}) { // behind 32 token ids
      expect(Kind.MALFORMED, at, 4096, "not zero, behind 32 token ids", fault(code(at, 1)));
    }
  }

  private void lengthsThatCannotBe() {
    expect(
        Kind.OVERSIZED,
        136,
        144,
        "its geometry takes 1024 bytes, the header says 1025",
        fault(u64(136, 1025)));
    expect(
        Kind.OVERSIZED,
        144,
        152,
        "a payload of 1024 bytes cannot be stored RAW in 1023",
        fault(u64(144, 1023)));
    expect(
        Kind.OVERSIZED,
        144,
        152,
        "a payload of 1024 bytes cannot be stored ZSTD in -1",
        fault(u64(144, -1L).andThen(code(133, 1))));
    expect(
        Kind.OVERSIZED,
        144,
        152,
        "a payload of 1024 bytes cannot be stored LZ4 in 0",
        fault(u64(144, 0).andThen(code(133, 2))));
    expect(
        Kind.TRUNCATED,
        4096 + 1000,
        4096 + 1024,
        "the header says 1024 bytes of payload, there are 1000",
        fault(full(), 1000));
    expect(
        Kind.OVERSIZED,
        4096 + 1024,
        4096 + 1025,
        "the header says 1024 bytes of payload, there are 1025",
        fault(full(), 1025));
  }

  private void anotherChunk() {
    ChunkHeader header = new ChunkHeader(full());
    assertThat(header.mismatch(Golden.FULL_KEY, Golden.FINGERPRINT, Golden.GEOMETRY)).isNull();
    expect(
        Kind.OTHER_KEY,
        16,
        48,
        "wanted the chunk " + Golden.TAIL_KEY + ", this is " + Golden.FULL_KEY,
        Objects.requireNonNull(
            header.mismatch(Golden.TAIL_KEY, Golden.FINGERPRINT, Golden.GEOMETRY)));
    expect(
        Kind.OTHER_MODEL,
        80,
        112,
        "computed by another model, version or machine: fingerprint 00010203...",
        Objects.requireNonNull(header.mismatch(Golden.FULL_KEY, new byte[32], Golden.GEOMETRY)));
    PageGeometry other = new PageGeometry(2, 2, 1, 32, DataType.F32);
    expect(
        Kind.OTHER_MODEL,
        112,
        133,
        "wanted " + other + ", this is " + Golden.GEOMETRY,
        Objects.requireNonNull(header.mismatch(Golden.FULL_KEY, Golden.FINGERPRINT, other)));
  }

  private static ChunkFault keyMismatch(MemorySegment header, Consumer<MemorySegment> change) {
    change.accept(header);
    return Objects.requireNonNull(new ChunkHeader(header).keyMismatch(), "no mismatch");
  }

  private static MemorySegment reference() {
    return Golden.begin(ChunkKind.REFERENCE, Golden.tail(32)).referenced(Golden.FULL_KEY).finish();
  }

  private static MemorySegment tail(int positions) {
    return Golden.begin(ChunkKind.TAIL, Golden.tail(positions)).finish();
  }

  /** Each id, the parent and the key itself take part. */
  @Test
  void tokensThatDoNotGiveTheKey() {
    for (int at : new int[] {16, 47, 48, 79, 256, 380}) {
      ChunkFault fault = keyMismatch(full(), header -> code(at, 99).accept(header));
      assertThat(fault.kind()).as("byte %d", at).isEqualTo(Kind.OTHER_TOKENS);
      assertThat(fault.from()).isEqualTo(256);
      assertThat(fault.to()).isEqualTo(384);
      assertThat(fault.message()).startsWith("the token ids and the parent give the key ");
    }
    assertThat(keyMismatch(tail(20), code(256 + 4 * 15, 99)).to()).isEqualTo(256 + 4 * 20);
    ChunkFault short15 = keyMismatch(tail(15), header -> {});
    assertThat(short15.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(short15.message()).isEqualTo("a tail's key is made of 16 token ids, there are 15");
  }

  @Test
  void aReferenceToAnotherChunkThanItsTokensAre() {
    ChunkFault other = keyMismatch(reference(), code(212, 99));
    assertThat(other.kind()).isEqualTo(Kind.OTHER_TOKENS);
    assertThat(other.from()).isEqualTo(212);
    assertThat(other.to()).isEqualTo(244);
    assertThat(keyMismatch(reference(), code(256 + 4 * 31, 99)).from())
        .as("not of its own key")
        .isEqualTo(212);
  }

  @Test
  void tokensThatGiveTheKey() {
    for (MemorySegment header : new MemorySegment[] {full(), tail(16), tail(32), reference()}) {
      assertThat(new ChunkHeader(header).keyMismatch()).isNull();
    }
    MemorySegment tail = tail(20);
    code(256 + 4 * 16, 99).accept(tail);
    assertThat(new ChunkHeader(tail).keyMismatch()).as("its key has 16 ids").isNull();
  }

  @Test
  void whoseSecretItIs() {
    ChunkHeader header = new ChunkHeader(Golden.header(Golden.file("v1-mac.chunk")));
    assertThat(header.otherSecret().kind()).isEqualTo(Kind.OTHER_SECRET);
    assertThat(header.otherSecret().from()).isEqualTo(168);
    assertThat(header.otherSecret().to()).isEqualTo(184);
    assertThat(header.unprotected().kind()).isEqualTo(Kind.UNPROTECTED);
    assertThat(header.unprotected().from()).isEqualTo(134);
    assertThat(header.unprotected().to()).isEqualTo(135);
  }

  /** Tails may be short, up to a full chunk; references name a full one. */
  @Test
  void whatCanBeIsNoFault() {
    for (int positions = 1; positions <= 32; positions++) {
      ChunkDescriptor chunk = Golden.tail(positions);
      MemorySegment tail = Golden.begin(ChunkKind.TAIL, chunk).finish();
      int bytes = Golden.GEOMETRY.compactBytes(positions);
      assertThat(new ChunkHeader(tail).fault(bytes)).isNull();
      MemorySegment reference = Golden.begin(ChunkKind.REFERENCE, chunk).finish();
      assertThat(new ChunkHeader(reference).fault(0)).isNull();
      MemorySegment encoded =
          Golden.begin(ChunkKind.TAIL, chunk).encoded(Encoding.ZSTD, 5).finish();
      assertThat(new ChunkHeader(encoded).fault(5)).isNull();
    }
  }
}
