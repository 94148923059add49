/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChecksumKind;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.CompactPage;
import io.terrace.spi.format.Encoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The plainest way to store chunks: as they lie in a page, compact, with a checksum. */
final class RawCoding implements ChunkCoding {
  @Override
  public boolean storesPages() {
    return true;
  }

  @Override
  public ChunkEncoder encoder() {
    return new Encoder();
  }

  @Override
  public ChunkDecoder decoder() {
    return new Decoder();
  }

  private static final class Encoder implements ChunkEncoder {
    private final ChunkHeaderWriter header =
        new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES));

    @Override
    public Chunk encode(
        ChunkKind kind, ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, Page page) {
      PageGeometry geometry = chunk.geometry();
      MemorySegment payload =
          Arena.ofAuto().allocate(geometry.compactBytes(chunk.positions()), 4096);
      CompactPage.pack(geometry, chunk.positions(), page.segment(), payload);
      header.begin(kind, chunk, fingerprint, tokens, 0, System.currentTimeMillis());
      header.checksum(ChecksumKind.CRC32C, payload);
      return Chunk.ofBytes(chunk, header.finish(), payload);
    }

    @Override
    public MemorySegment header(
        ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, int checksum) {
      header.begin(ChunkKind.FULL, chunk, fingerprint, tokens, 0, System.currentTimeMillis());
      return header.checksum(ChecksumKind.CRC32C, Integer.toUnsignedLong(checksum)).finish();
    }

    @Override
    public Chunk reference(
        ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, ChunkKey referenced) {
      header.begin(ChunkKind.REFERENCE, chunk, fingerprint, tokens, 0, System.currentTimeMillis());
      header.referenced(referenced);
      return Chunk.ofBytes(chunk, header.finish(), MemorySegment.NULL);
    }
  }

  private static final class Decoder implements ChunkDecoder {
    private final ChunkHeader header = new ChunkHeader(Arena.ofAuto().allocate(ChunkHeader.BYTES));
    private MemorySegment payload = MemorySegment.NULL;

    @Override
    public @Nullable ChunkFault accept(MemorySegment stored, long payloadBytes) {
      ChunkFault fault = new ChunkHeader(stored).fault(payloadBytes);
      if (fault == null) {
        header.memory().copyFrom(stored);
      }
      return fault;
    }

    @Override
    public ChunkHeader header() {
      return header;
    }

    @Override
    public MemorySegment target(MemorySegment page) {
      payload =
          header.storedBytes() == page.byteSize()
              ? page
              : Arena.ofAuto().allocate(header.storedBytes());
      return payload;
    }

    @Override
    public boolean isPage() {
      return header.kind() == ChunkKind.FULL && header.encoding() == Encoding.RAW;
    }

    @Override
    public @Nullable ChunkFault verify(int checksum) {
      return verify(Integer.toUnsignedLong(checksum));
    }

    private @Nullable ChunkFault verify(long checksum) {
      return checksum == header.payloadChecksum()
          ? null
          : new ChunkFault(
              ChunkFault.Kind.PAYLOAD_DAMAGED,
              ChunkHeader.BYTES,
              ChunkHeader.BYTES + header.storedBytes(),
              "wrong checksum");
    }

    @Override
    public @Nullable ChunkFault decode(MemorySegment page) {
      ChunkFault fault = verify(header.checksumKind().of(payload));
      if (fault == null && payload != page) {
        CompactPage.unpack(header.geometry(), header.positions(), payload, page);
      }
      return fault;
    }
  }
}
