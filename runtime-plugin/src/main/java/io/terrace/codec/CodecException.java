/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

/** Stored bytes that are not an encoding of what they should be. */
public final class CodecException extends Exception {
  private static final long serialVersionUID = 1L;

  public CodecException(String message) {
    super(message);
  }

  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
