/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChecksumKind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Makes chunks of one model, with a well-formed header and a payload that differs from chunk to
 * chunk. The same seed and number give the same bytes on every machine. Not safe for use by several
 * threads.
 */
public final class TestChunks {
  /** The shape of small chunks: 32 tokens, pages of 512 bytes. */
  public static final PageGeometry SMALL = new PageGeometry(1, 1, 2, 32, DataType.F32);

  private static final long CREATED_MILLIS = 1_764_000_000_000L;

  private final long seed;
  private final KeyChain chain = new KeyChain();
  private final byte[] fingerprint = new byte[ChunkKey.BYTES];
  private final ChunkKey root;

  public TestChunks(long seed) {
    this.seed = seed;
    new SplittableRandom(seed).nextBytes(fingerprint);
    root = chain.root(fingerprint);
  }

  /** The key that comes before every first chunk. */
  public ChunkKey root() {
    return root;
  }

  /** 32 bytes: the fingerprint of the model that all chunks are of. */
  public byte[] fingerprint() {
    return fingerprint.clone();
  }

  /** A small first chunk. */
  public TestChunk full(int number) {
    return full(number, SMALL);
  }

  /** A first chunk of another shape. */
  public TestChunk full(int number, PageGeometry geometry) {
    return full(root, 0, number, geometry);
  }

  /** A small chunk that follows another. */
  public TestChunk after(TestChunk parent, int number) {
    int start = parent.descriptor().startPosition() + SMALL.chunkTokens();
    return full(parent.key(), start, number, SMALL);
  }

  private TestChunk full(ChunkKey parent, int start, int number, PageGeometry geometry) {
    int count = geometry.chunkTokens();
    int[] tokens = tokens(number, count);
    ChunkKey key = chain.next(parent, tokens, 0, count);
    ChunkDescriptor descriptor = new ChunkDescriptor(key, parent, start, count, geometry);
    return chunk(ChunkKind.FULL, descriptor, tokens, payload(geometry.pageBytes(), number, 0));
  }

  /**
   * A small first tail.
   *
   * @param number names its first 16 tokens and with them its key
   * @param positions 16 to 31
   * @param variant changes what follows those tokens, and the payload
   */
  public TestChunk tail(int number, int positions, int variant) {
    int[] tokens = tailTokens(number, variant);
    MemorySegment payload = payload(SMALL.compactBytes(positions), number, variant);
    return chunk(ChunkKind.TAIL, tailDescriptor(tokens, positions), tokens, payload);
  }

  /** A reference, stored under the key of the tail of the same number: no payload. */
  public TestChunk reference(int number, TestChunk named) {
    int[] tokens = tailTokens(number, 0);
    ChunkDescriptor descriptor = tailDescriptor(tokens, SMALL.chunkTokens());
    MemorySegment empty = Arena.ofAuto().allocate(1).asSlice(0, 0);
    MemorySegment header =
        writer(ChunkKind.REFERENCE, descriptor, tokens)
            .referenced(named.key())
            .checksum(ChecksumKind.CRC32C, empty)
            .finish();
    return new TestChunk(descriptor, header, empty);
  }

  private int[] tailTokens(int number, int variant) {
    int[] tokens = tokens(number, SMALL.chunkTokens());
    for (int i = KeyChain.TAIL_KEY_TOKENS; i < tokens.length; i++) {
      tokens[i] += variant;
    }
    return tokens;
  }

  private ChunkDescriptor tailDescriptor(int[] tokens, int positions) {
    ChunkKey key = chain.tail(root, tokens, 0);
    return new ChunkDescriptor(key, root, 0, positions, SMALL, true);
  }

  /** A key that none of these chunks has. */
  public ChunkKey absent(int number) {
    return chain.next(root, tokens(number, 3), 0, 3);
  }

  private TestChunk chunk(
      ChunkKind kind, ChunkDescriptor descriptor, int[] tokens, MemorySegment payload) {
    MemorySegment header =
        writer(kind, descriptor, tokens).checksum(ChecksumKind.CRC32C, payload).finish();
    return new TestChunk(descriptor, header, payload);
  }

  private ChunkHeaderWriter writer(ChunkKind kind, ChunkDescriptor descriptor, int[] tokens) {
    MemorySegment memory = Arena.ofAuto().allocate(ChunkHeader.BYTES, 4096);
    return new ChunkHeaderWriter(memory)
        .begin(kind, descriptor, fingerprint, tokens, 0, CREATED_MILLIS);
  }

  private int[] tokens(int number, int count) {
    SplittableRandom random = new SplittableRandom(seed * 31 + number);
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = random.nextInt(1 << 17);
    }
    return tokens;
  }

  private MemorySegment payload(int bytes, int number, int variant) {
    byte[] content = new byte[bytes];
    new SplittableRandom(seed ^ ((long) number << 32) ^ variant).nextBytes(content);
    MemorySegment payload = Arena.ofAuto().allocate(bytes, 4096);
    MemorySegment.copy(content, 0, payload, ValueLayout.JAVA_BYTE, 0, bytes);
    return payload;
  }
}
