/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.KvPage;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes KV as a runtime does, layer by layer: into each position a number that all tokens up to it
 * decide. So the KV of any position tells whether it belongs to the tokens before it.
 */
final class FakeRuntime {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private FakeRuntime() {}

  /** One pass over the positions {@code from .. to}, whose tokens the session was told. */
  static void pass(Session session, int from, int to) {
    session.beginPass(from, to);
    write(session, from, to, Integer.MAX_VALUE);
    session.endPass();
  }

  /**
   * Computes positions without saying when a pass begins and ends.
   *
   * @param mostWrites after so many writes it stops, as a pass that fails does
   */
  static void write(Session session, int from, int to, int mostWrites) {
    long[] hashes = prefixHashes(session.tokens(), to);
    int writes = 0;
    for (int layer = 0; layer < session.geometry().layers(); layer++) {
      for (int position = from; position < to; position++) {
        if (writes++ == mostWrites) {
          return;
        }
        writeRows(session, layer, position, hashes[position]);
      }
    }
  }

  /** Writes what belongs to no tokens at all. */
  static void writeGarbage(Session session, int position) {
    for (int layer = 0; layer < session.geometry().layers(); layer++) {
      writeRows(session, layer, position, 0xBADL);
    }
  }

  private static void writeRows(Session session, int layer, int position, long hash) {
    KvPage page = session.pageToWrite(position);
    assertThat(page.isSealed()).as("a page that others read whole is never written").isFalse();
    PageGeometry geometry = page.geometry();
    putRow(page, geometry.keyOffset(layer), position, hash ^ (2L * layer));
    putRow(page, geometry.valueOffset(layer), position, hash ^ (2L * layer + 1));
  }

  private static void putRow(KvPage page, int plane, int position, long content) {
    int bytes = page.geometry().rowBytes();
    long row = plane + (long) (position % page.geometry().chunkTokens()) * bytes;
    page.segment().set(LONG, row, content);
    page.segment().set(LONG, row + bytes - Long.BYTES, content);
  }

  /** Reads every computed position of a session back: the KV of these tokens, and of no others. */
  static void check(Session session, int[] tokens, int computed) {
    assertThat(session.computed()).isEqualTo(computed);
    long[] hashes = prefixHashes(tokens, computed);
    for (int position = 0; position < computed; position++) {
      checkPosition(session.page(position / session.geometry().chunkTokens()), position, hashes);
    }
  }

  private static void checkPosition(KvPage page, int position, long[] hashes) {
    PageGeometry geometry = page.geometry();
    for (int layer = 0; layer < geometry.layers(); layer++) {
      checkRow(page, geometry.keyOffset(layer), position, hashes[position] ^ (2L * layer));
      checkRow(page, geometry.valueOffset(layer), position, hashes[position] ^ (2L * layer + 1));
    }
  }

  private static void checkRow(KvPage page, int plane, int position, long content) {
    int bytes = page.geometry().rowBytes();
    long row = plane + (long) (position % page.geometry().chunkTokens()) * bytes;
    MemorySegment memory = page.segment();
    if (memory.get(LONG, row) != content || memory.get(LONG, row + bytes - 8) != content) {
      throw new AssertionError("wrong KV at position " + position + " in " + page);
    }
  }

  /** {@code hashes[p]} is a hash of {@code tokens[0 .. p]}. */
  private static long[] prefixHashes(int[] tokens, int length) {
    long[] hashes = new long[length];
    long hash = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ (tokens[i] + 1)) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 29;
      hashes[i] = hash;
    }
    return hashes;
  }
}
