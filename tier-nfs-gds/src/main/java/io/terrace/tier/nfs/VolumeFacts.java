/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.gds.Gds;
import io.terrace.tier.nfs.io.FileSystemKind;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;

/**
 * What was found out about the volume when the tier was opened.
 *
 * @param kind what file system it is
 * @param paths ways of reading, and which was chosen
 * @param mapping whether its files are mapped
 * @param gds the way to device memory
 */
record VolumeFacts(FileSystemKind kind, ReadPaths paths, Mapping mapping, Gds gds) {
  /** Whether payloads can go to device memory without a copy in host memory. */
  boolean isDirect() {
    return gds.state() == Gds.State.DIRECT;
  }

  /** Whether payloads go to device memory by GPUDirect Storage. */
  boolean usesGds(GdsMode mode) {
    return switch (mode) {
      case AUTO -> isDirect();
      case ON -> gds.state() != Gds.State.ABSENT;
      case OFF -> false;
    };
  }

  /** Whether chunks are written past the page cache: where they are read past it as well. */
  boolean writesDirectly() {
    return paths.directWrites() && paths.chosen() != ReadWay.CHANNEL;
  }
}
