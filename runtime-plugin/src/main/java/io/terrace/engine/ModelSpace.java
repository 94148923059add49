/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.PageGeometry;
import org.jspecify.annotations.Nullable;

/**
 * All chunks of one model: those whose KV may stand for each other. Got from {@link Engine#space};
 * an opaque handle for everybody else.
 */
public final class ModelSpace {
  private final PageGeometry runtimeGeometry;
  private final @Nullable PageConverter converter;
  private volatile boolean onDevice;
  private final PrefillSpeed prefill = new PrefillSpeed();
  private boolean named; // guarded by the lock of the chunks in memory, as the next two
  private byte[] fingerprint;
  private PrefixNode root;

  /**
   * @param runtimeGeometry of the pages that the model computes in
   * @param converter makes the pages that chunks are kept in; null if they are the same
   */
  ModelSpace(
      PageGeometry runtimeGeometry,
      @Nullable PageConverter converter,
      byte[] fingerprint,
      boolean named,
      PrefixNode root) {
    this.runtimeGeometry = runtimeGeometry;
    this.converter = converter;
    this.named = named;
    this.fingerprint = fingerprint.clone();
    this.root = root;
  }

  /** The shape of the pages that this model's chunks are kept in. */
  public PageGeometry geometry() {
    return converter == null ? runtimeGeometry : converter.kept();
  }

  /** The shape of the pages that the model computes in. */
  public PageGeometry runtimeGeometry() {
    return runtimeGeometry;
  }

  /** Whether the model's sessions compute in pages of a device. */
  boolean isOnDevice() {
    return onDevice;
  }

  void computesOnDevice() {
    onDevice = true;
  }

  /** How fast the model computes prompts. */
  PrefillSpeed prefill() {
    return prefill;
  }

  /** Null if both are the same. */
  @Nullable PageConverter converter() {
    return converter;
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
