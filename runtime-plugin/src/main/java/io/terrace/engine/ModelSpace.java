/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.PageGeometry;

/**
 * All chunks of one model: those whose KV may stand for each other. Got from {@link Engine#space};
 * an opaque handle for everybody else.
 */
public final class ModelSpace {
  private final PageGeometry geometry;
  private boolean named; // guarded by the lock of the chunks in memory, as the next two
  private byte[] fingerprint;
  private PrefixNode root;

  ModelSpace(PageGeometry geometry, byte[] fingerprint, boolean named, PrefixNode root) {
    this.geometry = geometry;
    this.named = named;
    this.fingerprint = fingerprint.clone();
    this.root = root;
  }

  /** The shape of every page of this model. */
  public PageGeometry geometry() {
    return geometry;
  }

  PrefixNode root() {
    return root;
  }

  ChunkKey rootKey() {
    return root.key();
  }

  /** Whether the fingerprint says what the model is, so that others may use its chunks. */
  boolean isNamed() {
    return named;
  }

  /** Not a copy. */
  byte[] fingerprint() {
    return fingerprint;
  }

  void moveTo(PrefixNode newRoot, byte[] newFingerprint) {
    root = newRoot;
    named = true;
    fingerprint = newFingerprint.clone();
  }
}
