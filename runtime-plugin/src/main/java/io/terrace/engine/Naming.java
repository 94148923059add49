/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;

/**
 * What names a model's chunks at one moment.
 *
 * @param root the key before the first chunk's
 * @param fingerprint 32 bytes; not a copy, not to be changed
 * @param lasting whether it says what the model is, so that other processes find the same
 */
record Naming(ChunkKey root, byte[] fingerprint, boolean lasting) {}
