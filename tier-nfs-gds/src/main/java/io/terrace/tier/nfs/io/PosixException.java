/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;

/** A call of the operating system that failed. */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String reason;

  PosixException(String call, String file, String text, int errno) {
    super(call + " on " + file + ": " + text);
    this.errno = errno;
    this.reason = call + ": " + text;
  }

  /** What went wrong, without the name of the file: {@code pread: Input/output error (EIO)}. */
  public String reason() {
    return reason;
  }

  /** The error number, as in {@code errno(3)}. */
  public int errno() {
    return errno;
  }
}
