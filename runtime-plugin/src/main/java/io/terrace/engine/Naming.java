/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;

/** What names a model's chunks at one moment. */
final class Naming {
  private final ChunkKey root;
  private final byte[] fingerprint;
  private final boolean lasting;

  /**
   * @param root the key before the first chunk's
   * @param fingerprint 32 bytes; not copied, not to be changed
   * @param lasting whether it says what the model is, so that other processes find the same
   */
  Naming(ChunkKey root, byte[] fingerprint, boolean lasting) {
    this.root = root;
    this.fingerprint = fingerprint;
    this.lasting = lasting;
  }

  ChunkKey root() {
    return root;
  }

  /** Not a copy. */
  byte[] fingerprint() {
    return fingerprint;
  }

  boolean lasting() {
    return lasting;
  }
}
