/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

/** What is forced to the disk before a chunk gets its name. */
enum Sync {
  /** Nothing: after a power cut a chunk may be there and damaged, which its checksum tells. */
  NONE,
  /** The file's bytes: fdatasync(2). */
  DATA,
  /** The file, and after the rename its folder: fsync(2). */
  FULL
}
