/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chunks of one size for a benchmark: real headers over a page of the kind that the engine uses. No
 * two have the same key, in this process or another. For one thread.
 */
final class BenchChunks implements AutoCloseable {
  private static final int CHUNK_TOKENS = 256;

  private final PagePool pool;
  private final PageGeometry geometry;
  private final PooledPage page;
  private final ChunkHeaderWriter headers;
  private final KeyChain chain = new KeyChain();
  private final byte[] fingerprint = new byte[ChunkKey.BYTES];
  private final ChunkKey root;
  private int next;

  /**
   * @param layers 2 KiB of payload for each element of a layer's keys, 512 of which are a MiB
   * @param elements of a layer's keys
   */
  private BenchChunks(int layers, int elements) {
    geometry = new PageGeometry(layers, 1, elements, CHUNK_TOKENS, DataType.F32);
    pool = new PagePool(2L * Math.max(geometry.pageBytes(), 4 << 20), false);
    page = pool.allocate(geometry);
    headers = new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES, ChunkHeader.BYTES));
    new SplittableRandom().nextBytes(fingerprint);
    root = chain.root(fingerprint);
    fill();
  }

  /** Chunks whose payload has so many MiB. */
  static BenchChunks ofMebibytes(int mebibytes) {
    return new BenchChunks(mebibytes, 512);
  }

  /** Chunks of 2 KiB, for benchmarks of their number. */
  static BenchChunks small() {
    return new BenchChunks(1, 1);
  }

  /** Bytes that no store could make fewer. */
  private void fill() {
    SplittableRandom random = new SplittableRandom(1);
    MemorySegment memory = page.segment();
    for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
      memory.set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
  }

  /** The next chunk; valid until the one after it. Each is the first of a prompt of its own. */
  Chunk next() {
    return next(headers);
  }

  /** The next chunks, ready to be stored; all of them are valid. */
  List<Chunk> next(int count) {
    long bytes = ChunkHeader.BYTES;
    MemorySegment memory = Arena.ofAuto().allocate(count * bytes, bytes);
    List<Chunk> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chunks.add(next(new ChunkHeaderWriter(memory.asSlice(i * bytes, bytes))));
    }
    return chunks;
  }

  private Chunk next(ChunkHeaderWriter headers) {
    int[] tokens = new int[CHUNK_TOKENS];
    tokens[0] = next++;
    ChunkKey key = chain.next(root, tokens, 0, CHUNK_TOKENS);
    ChunkDescriptor descriptor = new ChunkDescriptor(key, root, 0, CHUNK_TOKENS, geometry);
    MemorySegment header =
        headers.begin(ChunkKind.FULL, descriptor, fingerprint, tokens, 0, 0).finish();
    return Chunk.ofBytes(descriptor, header, page.segment());
  }

  /** Memory for the payload of a chunk; what it holds is the payload of all of them. */
  MemorySegment memory() {
    return page.segment();
  }

  /** The shape of a payload as a page. */
  PageGeometry geometry() {
    return geometry;
  }

  long payloadBytes() {
    return geometry.pageBytes();
  }

  @Override
  public void close() {
    page.release();
    pool.close();
  }
}
