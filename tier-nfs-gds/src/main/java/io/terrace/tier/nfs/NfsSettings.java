/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.ReadWay;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the tier is set up.
 *
 * @param root folder of the volume that chunks are kept in
 * @param capacityBytes how much chunks may take there; {@link #NO_LIMIT} where nothing says
 * @param sync what is forced before a chunk gets its name
 * @param threads platform threads that wait for the volume
 * @param read which way files are read
 * @param map whether files are mapped
 * @param gds whether device memory is filled by GPUDirect Storage
 * @param presenceAge how long the volume's word is believed on which chunks are there
 */
record NfsSettings(
    Path root,
    long capacityBytes,
    Sync sync,
    int threads,
    ReadWay read,
    MapMode map,
    GdsMode gds,
    Duration presenceAge) {
  /** Of a file system that does not say how large it is, such as ramfs. */
  static final long NO_LIMIT = Long.MAX_VALUE;
}
