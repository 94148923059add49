/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;

/** A call of the operating system that failed. */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  PosixException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  /** The error number, as in {@code errno(3)}. */
  public int errno() {
    return errno;
  }
}
