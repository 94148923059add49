/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.io.IOException;

/**
 * A GGUF file that is broken, or whose model cannot be converted; the message names what and why.
 */
public final class GgufException extends IOException {
  private static final long serialVersionUID = 1L;

  GgufException(String message) {
    super(message);
  }

  GgufException(String message, GgufException cause) {
    super(message, cause);
  }
}
