/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.time.Instant;

/**
 * A chunk in a tier, as far as the tier knows without reading it.
 *
 * @param key names the chunk
 * @param bytes of header and payload as they are stored
 * @param lastUse when it was read last or, where the tier does not know that, written
 */
public record StoredChunk(ChunkKey key, long bytes, Instant lastUse) {}
