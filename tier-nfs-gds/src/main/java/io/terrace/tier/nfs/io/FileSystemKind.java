/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What kind of file system a folder is on, and whether its files may be mapped into memory. A
 * mapped file that somebody truncates, or whose server is gone, ends the process or hangs it in the
 * middle of a computation.
 *
 * @param name such as {@code ext}, {@code nfs}, or the magic number of an unknown one in hex
 * @param mapping whether its files may be mapped
 */
public record FileSystemKind(String name, Mapping mapping) {
  /** Whether files may be mapped. */
  public enum Mapping {
    /** Safe, and on unless a setting turns it off. */
    BY_DEFAULT,
    /** Safe as long as nobody truncates files: a setting may turn it on. */
    ALLOWED,
    /** Not safe: a server, a process or something unknown stands behind the files. */
    REFUSED
  }

  /** {@code f_type} as in {@code statfs(2)} and {@code linux/magic.h}. */
  private static final Map<Long, FileSystemKind> KNOWN =
      Map.ofEntries(
          kind(0x01021994L, "tmpfs", Mapping.BY_DEFAULT),
          kind(0x858458F6L, "ramfs", Mapping.ALLOWED),
          kind(0xEF53L, "ext", Mapping.ALLOWED),
          kind(0x58465342L, "xfs", Mapping.ALLOWED),
          kind(0x9123683EL, "btrfs", Mapping.ALLOWED),
          kind(0xF2F52010L, "f2fs", Mapping.ALLOWED),
          kind(0x2FC12FC1L, "zfs", Mapping.ALLOWED),
          kind(0x794C7630L, "overlay", Mapping.REFUSED),
          kind(0x6969L, "nfs", Mapping.REFUSED),
          kind(0x65735546L, "fuse", Mapping.REFUSED),
          kind(0xFF534D42L, "cifs", Mapping.REFUSED),
          kind(0xFE534D42L, "cifs", Mapping.REFUSED),
          kind(0x01021997L, "9p", Mapping.REFUSED),
          kind(0x00C36400L, "ceph", Mapping.REFUSED),
          kind(0x0BD00BD0L, "lustre", Mapping.REFUSED),
          kind(0x47504653L, "gpfs", Mapping.REFUSED),
          kind(0x19830326L, "beegfs", Mapping.REFUSED));

  /**
   * The file system that a folder is on; unknown where the operating system does not tell.
   *
   * @throws IOException if there is no such folder, or it cannot be asked
   */
  public static FileSystemKind of(Path folder) throws IOException {
    return Posix.absence().isEmpty()
        ? of(Posix.fileSystemType(folder))
        : new FileSystemKind("unknown", Mapping.REFUSED);
  }

  /** Whether files are in memory: nothing that is asked of it waits. */
  public boolean isInMemory() {
    return mapping == Mapping.BY_DEFAULT;
  }

  /** Whether no server or process stands behind it that may not answer. */
  public boolean isLocal() {
    return mapping != Mapping.REFUSED;
  }

  /** The file system of a magic number. */
  static FileSystemKind of(long magic) {
    long number = magic & 0xFFFFFFFFL; // a signed word holds it on some systems
    FileSystemKind known = KNOWN.get(number);
    return known != null
        ? known
        : new FileSystemKind("0x" + Long.toHexString(number), Mapping.REFUSED);
  }

  private static Map.Entry<Long, FileSystemKind> kind(long magic, String name, Mapping mapping) {
    return Map.entry(magic, new FileSystemKind(name, mapping));
  }
}
