/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** What became of a chunk that was handed to a tier. */
public enum WriteResult {
  /** It is here now. */
  STORED,
  /** It was here before; the new page was not needed. */
  PRESENT,
  /** There is no room, and nothing that may be evicted for it. */
  NO_ROOM,
  /** Its parent is not here, so nobody could reach it. */
  ORPHAN
}
