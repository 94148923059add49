/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

/** A codec whose library is not installed, or does not run here. */
public final class MissingLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
