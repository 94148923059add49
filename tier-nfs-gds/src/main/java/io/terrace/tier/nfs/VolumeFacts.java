/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.FileSystemKind;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;

/**
 * What was found out about the volume when the tier was opened.
 *
 * @param kind what file system it is
 * @param paths ways of reading, and which was chosen
 * @param mapping whether its files are mapped
 */
record VolumeFacts(FileSystemKind kind, ReadPaths paths, Mapping mapping) {
  /** Whether chunks are written past the page cache: where they are read past it as well. */
  boolean writesDirectly() {
    return paths.directWrites() && paths.chosen() != ReadWay.CHANNEL;
  }
}
