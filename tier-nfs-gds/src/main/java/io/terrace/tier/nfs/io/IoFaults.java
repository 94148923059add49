/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an {@link IOException} means for the tier, by errno(3) or what the JDK makes of it. */
public enum IoFaults {
  /** ENOENT: nothing is there. */
  ABSENT,
  /** ESTALE: it went while it was open. */
  STALE,
  /** ENOSPC, EDQUOT: no more room. */
  FULL,
  /** EROFS: nobody may change it. */
  READ_ONLY,
  /** EACCES, EPERM: this user may not change it, or not read it. */
  DENIED,
  /** The deadline. */
  LATE,
  /** Anything else: EIO, a file that became shorter. */
  OTHER;

  private static final int EPERM = 1;
  private static final int ENOSPC = 28;
  private static final int EROFS = 30;
  private static final int ESTALE = 116;
  private static final int EDQUOT = 122;

  /** What a failure means. */
  public static IoFaults of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return ABSENT;
    }
    if (e instanceof AccessDeniedException) {
      return DENIED;
    }
    if (e instanceof InterruptedIOException) {
      return LATE;
    }
    return e instanceof PosixException p
        ? byNumber(p.errno())
        : byText(text(e).toLowerCase(Locale.ROOT));
  }

  private static IoFaults byNumber(int errno) {
    return switch (errno) {
      case ESTALE -> STALE;
      case ENOSPC, EDQUOT -> FULL;
      case EROFS -> READ_ONLY;
      case EPERM -> DENIED;
      default -> OTHER;
    };
  }

  private static IoFaults byText(String text) {
    if (text.contains("stale")) {
      return STALE;
    }
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return FULL;
    }
    if (text.contains("read-only file system")) {
      return READ_ONLY;
    }
    return text.contains("not permitted") ? DENIED : OTHER;
  }

  /** What a person does about a volume that takes no files for this reason. */
  public String writeAdvice() {
    return switch (this) {
      case FULL -> "make room there, or lower 'capacity'";
      case READ_ONLY -> "mount it so that it may be written";
      case DENIED -> "give this user the right to write there";
      case ABSENT, STALE, LATE, OTHER -> "see whether files can be made there by hand";
    };
  }

  /** What went wrong, without the name of the file: that holds the whole key of a chunk. */
  public static String text(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof EOFException) {
      return "the file became shorter while it was read";
    }
    if (e instanceof InterruptedIOException) {
      return "the deadline passed";
    }
    if (e instanceof PosixException p) {
      return p.reason();
    }
    @Nullable String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return text == null ? e.getClass().getSimpleName() : text;
  }
}
