/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.format.CompactPage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A chunk to test with: what it is, its header and its payload, both native memory.
 *
 * @param descriptor what a tier is told of it
 * @param header well-formed, with the checksum of the payload
 * @param payload as it is stored: compact, as in a page, or empty for a reference
 */
public record TestChunk(ChunkDescriptor descriptor, MemorySegment header, MemorySegment payload) {
  /** The name it is stored under. */
  public ChunkKey key() {
    return descriptor.key();
  }

  /** For a tier that stores bytes. */
  public Chunk bytes() {
    return Chunk.ofBytes(descriptor, header, payload);
  }

  /** For a tier that keeps pages. */
  public Chunk on(TestPage page) {
    return Chunk.ofPage(descriptor, header, page);
  }

  /** A page with the chunk's content; the caller has its reference. */
  public TestPage page() {
    TestPage page = new TestPage(descriptor.geometry());
    CompactPage.unpack(descriptor.geometry(), descriptor.positions(), payload, page.segment());
    return page;
  }

  /**
   * The same chunk in other memory.
   *
   * @param misaligned by how many bytes the payload's address misses an alignment
   */
  TestChunk in(Arena arena, long misaligned) {
    MemorySegment otherHeader = arena.allocate(header.byteSize(), 8).copyFrom(header);
    MemorySegment around = arena.allocate(misaligned + payload.byteSize(), 4096);
    MemorySegment otherPayload = around.asSlice(misaligned).copyFrom(payload);
    return new TestChunk(descriptor, otherHeader, otherPayload);
  }

  /** A copy of the header. */
  public byte[] headerBytes() {
    return header.toArray(ValueLayout.JAVA_BYTE);
  }

  /** A copy of the payload. */
  public byte[] payloadBytes() {
    return payload.toArray(ValueLayout.JAVA_BYTE);
  }
}
