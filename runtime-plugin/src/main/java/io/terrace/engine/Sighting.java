/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/** How a session comes to offer a chunk to the tiers below memory. */
enum Sighting {
  /** It computed the chunk. */
  COMPUTED,
  /** It took the chunk over from memory, from a tier or from another session. */
  TAKEN_OVER,
  /** It offered the chunk before. */
  AGAIN
}
