/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** The golden files, which golden.py made, and what went into them. */
final class Golden {
  static final PageGeometry GEOMETRY = new PageGeometry(2, 1, 2, 32, DataType.F32);
  static final long CREATED_MILLIS = 1_764_000_000_123L;
  static final byte[] FINGERPRINT = bytes(0, 32);
  static final byte[] SECRET = bytes(100, 32);
  static final byte[] NONCE = bytes(200, 12);
  static final int[] TOKENS = tokens();
  static final ChunkKey ROOT = new KeyChain().root(FINGERPRINT);
  static final ChunkKey FULL_KEY = new KeyChain().next(ROOT, TOKENS, 0, TOKENS.length);
  static final ChunkKey TAIL_KEY = new KeyChain().tail(ROOT, TOKENS, 0);

  private Golden() {}

  private static int[] tokens() {
    int[] tokens = new int[32];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = 7 * i * i + 3;
    }
    return tokens;
  }

  private static byte[] bytes(int first, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  /** What is stored in a golden file: native memory. */
  static MemorySegment file(String name) {
    try (InputStream in =
        Objects.requireNonNull(Golden.class.getResourceAsStream("/format/" + name), name)) {
      byte[] bytes = in.readAllBytes();
      MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 4096);
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return memory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MemorySegment header(MemorySegment file) {
    return file.asSlice(0, ChunkHeader.BYTES);
  }

  static MemorySegment payload(MemorySegment file) {
    return file.asSlice(ChunkHeader.BYTES);
  }

  /** The payload that a page with the first so many positions gives. */
  static MemorySegment payload(int positions) {
    int planes = 2 * GEOMETRY.layers();
    MemorySegment payload = Arena.ofAuto().allocate(GEOMETRY.compactBytes(positions), 4096);
    int at = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int position = 0; position < positions; position++) {
        for (int element = 0; element < GEOMETRY.kvLength(); element++) {
          float value = plane * 100 + position + element / 4f;
          payload.setAtIndex(ValueLayout.JAVA_FLOAT, at++, value);
        }
      }
    }
    return payload;
  }

  static ChunkDescriptor full() {
    return new ChunkDescriptor(FULL_KEY, ROOT, 0, 32, GEOMETRY);
  }

  static ChunkDescriptor tail(int positions) {
    return new ChunkDescriptor(TAIL_KEY, ROOT, 0, positions, GEOMETRY, true);
  }

  /** A writer that has begun a header of its own. */
  static ChunkHeaderWriter begin(ChunkKind kind, ChunkDescriptor chunk) {
    return new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES, 4096))
        .begin(kind, chunk, FINGERPRINT, TOKENS, 0, CREATED_MILLIS);
  }
}
