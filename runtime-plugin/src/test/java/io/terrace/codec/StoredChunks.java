/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.ChunkDecoder;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Chunks to store and read back in tests. */
final class StoredChunks {
  static final ChunkKey KEY = ChunkKey.parse("01".repeat(32));
  static final ChunkKey PARENT = ChunkKey.parse("02".repeat(32));
  static final byte[] FINGERPRINT = HexFormat.of().parseHex("03".repeat(32));
  static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_764_000_000_000L));
  static final byte[] SECRET = SecretsTest.secret(1);
  static final byte[] OLDER_SECRET = SecretsTest.secret(2);

  private StoredChunks() {}

  static PageGeometry geometry(DataType type) {
    return new PageGeometry(3, 2, 20, 8, type);
  }

  static StoredCoding coding(Encoding encoding, Protection protection, byte[]... secrets) {
    StringBuilder lines = new StringBuilder();
    for (byte[] secret : secrets) {
      lines.append(HexFormat.of().formatHex(secret)).append('\n');
    }
    Secrets parsed = secrets.length == 0 ? null : Secrets.parse("test", lines.toString());
    return new StoredCoding(encoding, 1, protection, parsed, CLOCK);
  }

  static ChunkDescriptor descriptor(PageGeometry geometry, int positions) {
    return new ChunkDescriptor(KEY, PARENT, 0, positions, geometry);
  }

  static int[] tokens(int positions) {
    return IntStream.range(0, positions).map(i -> 1_000_003 * (i + 1)).toArray();
  }

  static SamplePage page(PageGeometry geometry, Random random) {
    SamplePage page = new SamplePage(geometry);
    Payloads.SMOOTH.fill(page.segment(), random);
    return page;
  }

  static Chunk encode(StoredCoding coding, Page page, int positions) {
    PageGeometry geometry = page.geometry();
    ChunkKind kind = positions == geometry.chunkTokens() ? ChunkKind.FULL : ChunkKind.TAIL;
    return coding
        .encoder()
        .encode(kind, descriptor(geometry, positions), FINGERPRINT, tokens(positions), page);
  }

  /** Header and payload in one array, as a file has them. */
  static byte[] bytes(Chunk chunk) {
    byte[] bytes = new byte[Math.toIntExact(chunk.storedBytes())];
    MemorySegment all = MemorySegment.ofArray(bytes);
    all.asSlice(0, Chunk.HEADER_BYTES).copyFrom(chunk.header());
    all.asSlice(Chunk.HEADER_BYTES).copyFrom(chunk.payload());
    return bytes;
  }

  /**
   * Reads stored bytes into a page as a tier does.
   *
   * @return null if that went well
   */
  static @Nullable ChunkFault read(ChunkDecoder decoder, byte[] stored, MemorySegment page) {
    int headerBytes = Math.min(Chunk.HEADER_BYTES, stored.length);
    MemorySegment header = MemorySegment.ofArray(Arrays.copyOf(stored, headerBytes));
    ChunkFault fault = decoder.accept(header, stored.length - headerBytes);
    if (fault != null) {
      return fault;
    }
    header.fill((byte) 0); // valid for the call only
    MemorySegment target = decoder.target(page);
    assertThat(target.isNative()).isTrue();
    assertThat(target.byteSize()).isEqualTo(stored.length - headerBytes);
    MemorySegment.copy(
        stored, headerBytes, target, ValueLayout.JAVA_BYTE, 0, stored.length - headerBytes);
    return decoder.decode(page);
  }

  static MemorySegment emptyPage(PageGeometry geometry) {
    return Arena.ofAuto().allocate(geometry.pageBytes(), 4096).fill((byte) 0x55);
  }

  /** The first difference in the first positions of two pages; -1 if there is none. */
  static long mismatch(PageGeometry geometry, int positions, MemorySegment one, MemorySegment two) {
    long used = geometry.compactBytes(positions) / (2 * geometry.layers());
    for (int plane = 0; plane < 2 * geometry.layers(); plane++) {
      long at = (long) plane * geometry.planeBytes();
      long found = one.asSlice(at, used).mismatch(two.asSlice(at, used));
      if (found >= 0) {
        return at + found;
      }
    }
    return -1;
  }

  /** What someone who wants a change unnoticed does: makes the header's own checksum right. */
  static void repairHeader(byte[] stored) {
    Arrays.fill(stored, 12, 16, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(stored, 0, ChunkHeader.BYTES);
    MemorySegment.ofArray(stored).set(ValueLayout.JAVA_INT_UNALIGNED, 12, (int) crc.getValue());
  }
}
