/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.engine.ChunkEncoder;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChecksumKind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.CompactPage;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Packs, encodes and protects. A payload that needs none of it is the page itself; any other lies
 * in memory of the encoder.
 */
final class PageEncoder implements ChunkEncoder {
  private final Codec codec;
  private final @Nullable Sealer sealer;
  private final InstantSource clock;
  private final Scratch packed = new Scratch();
  private final Scratch encoded = new Scratch();
  private final ChunkHeaderWriter header =
      new ChunkHeaderWriter(new Scratch().of(ChunkHeader.BYTES));

  PageEncoder(StoredCoding coding) {
    codec = Codecs.open(coding.encoding(), coding.level());
    sealer = Sealer.of(coding);
    clock = coding.clock();
  }

  @Override
  public Chunk encode(
      ChunkKind kind, ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, Page page) {
    header.begin(kind, chunk, fingerprint, tokens, 0, clock.millis());
    PageGeometry geometry = chunk.geometry();
    MemorySegment raw = packed(geometry, chunk.positions(), page.segment());
    MemorySegment payload = encoded(geometry, raw);
    return finished(chunk, payload);
  }

  @Override
  public Chunk reference(
      ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, ChunkKey referenced) {
    header.begin(ChunkKind.REFERENCE, chunk, fingerprint, tokens, 0, clock.millis());
    header.referenced(referenced);
    return finished(chunk, MemorySegment.NULL);
  }

  @Override
  public MemorySegment header(
      ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, int checksum) {
    header.begin(ChunkKind.FULL, chunk, fingerprint, tokens, 0, clock.millis());
    return header.checksum(ChecksumKind.CRC32C, Integer.toUnsignedLong(checksum)).finish();
  }

  private MemorySegment packed(PageGeometry geometry, int positions, MemorySegment page) {
    if (positions == geometry.chunkTokens()) {
      return page.asSlice(0, geometry.pageBytes());
    }
    MemorySegment compact = packed.of(geometry.compactBytes(positions));
    CompactPage.pack(geometry, positions, page, compact);
    return compact;
  }

  private MemorySegment encoded(PageGeometry geometry, MemorySegment raw) {
    if (codec.encoding() == Encoding.RAW) {
      return raw;
    }
    MemorySegment target = encoded.of(raw.byteSize());
    long bytes = codec.encode(raw, geometry.dataType().bytes(), target);
    if (bytes < 0) {
      return raw;
    }
    header.encoded(codec.encoding(), bytes);
    return target.asSlice(0, bytes);
  }

  private Chunk finished(ChunkDescriptor chunk, MemorySegment payload) {
    MemorySegment stored = payload;
    if (sealer == null) {
      header.checksum(ChecksumKind.CRC32C, payload);
    } else if (sealer.protection() == Protection.AES_256_GCM) {
      stored = encoded.of(payload.byteSize()); // which the payload may lie in already
      sealer.seal(header, payload, stored);
    } else {
      sealer.seal(header, payload, payload);
    }
    return Chunk.ofBytes(chunk, header.finish(), stored);
  }
}
