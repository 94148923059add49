/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who may do what with the files of the tier: their owner alone. */
final class Rights {
  /** 0600. */
  static final FileAttribute<Set<PosixFilePermission>> FILE = of("rw-------");

  /** 0700. */
  static final FileAttribute<Set<PosixFilePermission>> FOLDER = of("rwx------");

  /** 0444: what is never changed again, so that it may be mapped. */
  static final Set<PosixFilePermission> UNCHANGING = PosixFilePermissions.fromString("r--r--r--");

  private Rights() {}

  private static FileAttribute<Set<PosixFilePermission>> of(String rights) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights));
  }
}
