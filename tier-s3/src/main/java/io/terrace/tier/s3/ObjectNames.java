/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import org.jspecify.annotations.Nullable;

/**
 * Where things lie in the bucket, below a prefix. Names of chunks begin with the digits of a hash,
 * so that a server that splits a bucket by names spreads the load, and stand in the order of their
 * keys.
 *
 * @param prefix empty, or ends with a slash
 */
record ObjectNames(String prefix) {
  private static final String CHUNKS = "chunks/";
  private static final String EXAMINED = "doctor/";
  private static final String ASIDE = "aside/";
  private static final String USES = "uses/";
  private static final String LOCK = "collecting";

  /** The prefix of all chunks. */
  String chunks() {
    return prefix + CHUNKS;
  }

  /** The object of a chunk. */
  String chunk(ChunkKey key) {
    return chunks() + key.hex();
  }

  /** The prefix of chunks that must not be served any more. */
  String aside() {
    return prefix + ASIDE;
  }

  /** Where a chunk goes that must not be served any more. */
  String aside(ChunkKey key) {
    return aside() + key.hex();
  }

  /** The prefix of what instances write of their uses. */
  String uses() {
    return prefix + USES;
  }

  /** What says that somebody collects. */
  String lock() {
    return prefix + LOCK;
  }

  /** An object that an examination writes and removes. */
  String examined(String name) {
    return prefix + EXAMINED + name;
  }

  /** The chunk that an object below {@link #chunks} holds; null if its name is no chunk's. */
  @Nullable ChunkKey key(String object) {
    try {
      return ChunkKey.parse(object.substring(chunks().length()));
    } catch (IllegalArgumentException e) {
      return null; // somebody else's
    }
  }
}
