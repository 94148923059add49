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
  private PrefixNode root; // guarded by the lock of the engine

  ModelSpace(PageGeometry geometry, PrefixNode root) {
    this.geometry = geometry;
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

  void moveTo(PrefixNode newRoot) {
    root = newRoot;
  }
}
