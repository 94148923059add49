/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/** Error numbers of Linux, the same on x86-64 and aarch64: {@code errno(3)}. */
final class Errno {
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EINVAL = 22;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "EPERM"),
          Map.entry(ENOENT, "ENOENT"),
          Map.entry(EINTR, "EINTR"),
          Map.entry(5, "EIO"),
          Map.entry(9, "EBADF"),
          Map.entry(EAGAIN, "EAGAIN"),
          Map.entry(12, "ENOMEM"),
          Map.entry(EACCES, "EACCES"),
          Map.entry(14, "EFAULT"),
          Map.entry(EBUSY, "EBUSY"),
          Map.entry(EEXIST, "EEXIST"),
          Map.entry(19, "ENODEV"),
          Map.entry(20, "ENOTDIR"),
          Map.entry(21, "EISDIR"),
          Map.entry(EINVAL, "EINVAL"),
          Map.entry(23, "ENFILE"),
          Map.entry(24, "EMFILE"),
          Map.entry(27, "EFBIG"),
          Map.entry(28, "ENOSPC"),
          Map.entry(30, "EROFS"),
          Map.entry(38, "ENOSYS"),
          Map.entry(40, "ELOOP"),
          Map.entry(95, "EOPNOTSUPP"),
          Map.entry(110, "ETIMEDOUT"),
          Map.entry(112, "EHOSTDOWN"),
          Map.entry(116, "ESTALE"),
          Map.entry(121, "EREMOTEIO"),
          Map.entry(122, "EDQUOT"),
          Map.entry(125, "ECANCELED"));

  private Errno() {}

  /** The symbol, such as {@code EIO}, or {@code errno 133} if it is none of the usual ones. */
  static String name(int errno) {
    return NAMES.getOrDefault(errno, "errno " + errno);
  }

  /**
   * What a failed call is to its caller.
   *
   * @param call name of the call, such as {@code pread}
   * @param file what it was called on
   */
  static IOException failure(String call, Object file, int errno) {
    String text = Posix.text(errno) + " (" + name(errno) + ")";
    String path = file.toString();
    return switch (errno) {
      case ENOENT -> new NoSuchFileException(path, null, call + ": " + text);
      case EACCES -> new AccessDeniedException(path, null, call + ": " + text);
      case EEXIST -> new FileAlreadyExistsException(path, null, call + ": " + text);
      default -> new PosixException(call, path, text, errno);
    };
  }
}
