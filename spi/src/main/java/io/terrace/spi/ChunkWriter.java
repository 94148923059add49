/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** The role of a tier that stores chunks. */
public interface ChunkWriter {
  /**
   * Stores a chunk. Readers see all of it or none. If another chunk is stored under the key
   * already, a tail takes its place and any other chunk changes nothing: equal keys mean equal
   * content, except for tails.
   *
   * <p>A tier that fails leaves nothing behind that a reader could find.
   *
   * @param chunk not retained, except for its page by a tier that declares {@link
   *     Capabilities#retainsPages}
   * @throws TierException if the chunk could not be stored by the deadline
   */
  WriteResult write(Chunk chunk, Deadline deadline) throws TierException;
}
