/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static io.terrace.codec.StoredChunks.bytes;
import static io.terrace.codec.StoredChunks.coding;
import static io.terrace.codec.StoredChunks.emptyPage;
import static io.terrace.codec.StoredChunks.mismatch;
import static io.terrace.codec.StoredChunks.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.terrace.codec.simd.Kernels;
import io.terrace.engine.ChunkDecoder;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The golden files of the format: made by a program that is not ours, read here to the bit, and
 * made again to the byte wherever the format says what each byte is.
 */
final class GoldenChunksTest {
  private static final Path GOLDEN = Path.of("../spi/src/test/resources/format");
  private static final PageGeometry SMALL = new PageGeometry(2, 1, 2, 32, DataType.F32);
  private static final PageGeometry WIDE = new PageGeometry(1, 2, 10, 32, DataType.F32);
  private static final byte[] FINGERPRINT = fingerprint();
  private static final int[] TOKENS = IntStream.range(0, 32).map(i -> 7 * i * i + 3).toArray();
  private static final ChunkKey ROOT = new KeyChain().root(FINGERPRINT);
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_764_000_000_123L));

  private static byte[] fingerprint() {
    byte[] bytes = new byte[ChunkKey.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static byte[] file(String name) throws IOException {
    return Files.readAllBytes(GOLDEN.resolve(name));
  }

  private static byte[] payload(String name) throws IOException {
    byte[] file = file(name);
    return Arrays.copyOfRange(file, ChunkHeader.BYTES, file.length);
  }

  private static MemorySegment memory(byte[] bytes) {
    return Arena.ofAuto().allocate(bytes.length, 4096).copyFrom(MemorySegment.ofArray(bytes));
  }

  /** A page as it is described: one of binary32, which nothing of ours has narrowed. */
  private static MemorySegment page(String name) throws IOException {
    MemorySegment page = memory(file(name));
    assertThat(page.byteSize()).isEqualTo(WIDE.pageBytes());
    return page;
  }

  private static PageGeometry wide(DataType type) {
    return type == DataType.F32 ? WIDE : new PagePrecision(WIDE, type).kept();
  }

  private static String name(DataType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @CsvSource({
    "v1-zstd, ZSTD, F32, v1-full",
    "v1-lz4, LZ4, F32, v1-full",
    "v1-bf16-zstd, ZSTD, BF16, v1-bf16",
    "v1-f16-lz4, LZ4, F16, v1-f16",
    "v1-q8-zstd, ZSTD, Q8, v1-q8"
  })
  void whatIsCompressedIsReadAsThePageItWas(
      String name, Encoding encoding, DataType type, String raw) throws IOException {
    PageGeometry geometry = type == DataType.F32 ? SMALL : wide(type);
    ChunkDecoder decoder = coding(Encoding.RAW, Protection.NONE).decoder();
    MemorySegment page = emptyPage(geometry);
    assertThat(read(decoder, file(name + ".chunk"), page)).isNull();
    assertThat(decoder.header().encoding()).isEqualTo(encoding);
    assertThat(decoder.header().geometry()).isEqualTo(geometry);
    assertThat(decoder.header().storedBytes()).isLessThan(geometry.pageBytes());
    assertThat(decoder.header().tokens()).isEqualTo(TOKENS);
    assertThat(page.mismatch(memory(payload(raw + ".chunk")))).isEqualTo(-1);
  }

  /** What our compressor makes is another frame, of the same bytes in the same order. */
  @Test
  void bytesAreBroughtTogetherAsInTheFiles() throws IOException {
    Kernels kernels = Kernels.best();
    MemorySegment raw4 = memory(payload("v1-full.chunk"));
    MemorySegment shuffled4 = Arena.ofAuto().allocate(raw4.byteSize());
    kernels.shuffle4(raw4, shuffled4, (int) raw4.byteSize() / 4);
    byte[] zstd = Zstd.decompress(payload("v1-zstd.chunk"), (int) raw4.byteSize());
    assertThat(shuffled4.mismatch(memory(zstd))).isEqualTo(-1);
    MemorySegment raw2 = memory(payload("v1-f16.chunk"));
    MemorySegment shuffled2 = Arena.ofAuto().allocate(raw2.byteSize());
    kernels.shuffle2(raw2, shuffled2, (int) raw2.byteSize() / 2);
    byte[] lz4 =
        LZ4Factory.safeInstance()
            .safeDecompressor()
            .decompress(payload("v1-f16-lz4.chunk"), (int) raw2.byteSize());
    assertThat(shuffled2.mismatch(memory(lz4))).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(names = "F32", mode = EnumSource.Mode.EXCLUDE)
  void aPageIsNarrowedToTheFile(DataType type) throws IOException {
    PagePrecision precision = new PagePrecision(WIDE, type);
    MemorySegment narrow = emptyPage(precision.kept());
    precision.narrow(WIDE.chunkTokens(), page("exact.page"), narrow);
    assertThat(narrow.mismatch(memory(payload("v1-" + name(type) + ".chunk")))).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(names = "F32", mode = EnumSource.Mode.EXCLUDE)
  void aFileIsReadAndWidenedToThePage(DataType type) throws IOException {
    PagePrecision precision = new PagePrecision(WIDE, type);
    ChunkDecoder decoder = coding(Encoding.RAW, Protection.NONE).decoder();
    MemorySegment narrow = emptyPage(precision.kept());
    assertThat(read(decoder, file("v1-" + name(type) + ".chunk"), narrow)).isNull();
    assertThat(decoder.header().geometry()).isEqualTo(precision.kept());
    MemorySegment widened = emptyPage(WIDE);
    precision.widen(WIDE.chunkTokens(), narrow, widened);
    assertThat(widened.mismatch(page(name(type) + ".page"))).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(names = "F32", mode = EnumSource.Mode.EXCLUDE)
  void whatIsStoredIsTheFile(DataType type) throws IOException {
    PagePrecision precision = new PagePrecision(WIDE, type);
    SamplePage narrow = new SamplePage(precision.kept());
    precision.narrow(WIDE.chunkTokens(), page("exact.page"), narrow.segment());
    ChunkKey key = new KeyChain().next(ROOT, TOKENS, 0, TOKENS.length);
    ChunkDescriptor chunk = new ChunkDescriptor(key, ROOT, 0, TOKENS.length, precision.kept());
    assertThat(encoded(ChunkKind.FULL, chunk, narrow))
        .isEqualTo(file("v1-" + name(type) + ".chunk"));
  }

  /** Whose planes have their scales, and no room for the positions that are not there. */
  @Test
  void aTailOfQ8() throws IOException {
    int positions = 20;
    PagePrecision precision = new PagePrecision(WIDE, DataType.Q8);
    SamplePage narrow = new SamplePage(precision.kept());
    precision.narrow(positions, page("exact.page"), narrow.segment());
    ChunkKey key = new KeyChain().tail(ROOT, TOKENS, 0);
    ChunkDescriptor chunk = new ChunkDescriptor(key, ROOT, 0, positions, precision.kept(), true);
    byte[] file = file("v1-q8-tail.chunk");
    assertThat(encoded(ChunkKind.TAIL, chunk, narrow)).isEqualTo(file);
    ChunkDecoder decoder = coding(Encoding.RAW, Protection.NONE).decoder();
    MemorySegment back = emptyPage(precision.kept());
    assertThat(read(decoder, file, back)).isNull();
    assertThat(decoder.header().positions()).isEqualTo(positions);
    assertThat(mismatch(precision.kept(), positions, narrow.segment(), back)).isEqualTo(-1);
  }

  private static byte[] encoded(ChunkKind kind, ChunkDescriptor chunk, SamplePage page) {
    StoredCoding raw = new StoredCoding(Encoding.RAW, 1, Protection.NONE, null, CLOCK);
    Chunk stored = raw.encoder().encode(kind, chunk, FINGERPRINT, TOKENS, page);
    return bytes(stored);
  }
}
