/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

/**
 * Nobody wants the answer of this request any more: its computing ends. Thrown out of the runtime's
 * own call for a prompt whose {@linkplain Terrace#callCancellable caller gave it up}; an
 * application may throw it from the callback that a runtime has for the tokens of an answer.
 *
 * <p>An error, since runtimes catch exceptions and go on: Jlama logs what a callback throws.
 */
public final class RequestCancelled extends Error {
  private static final long serialVersionUID = 1L;

  /** With a message that says what it is. */
  public RequestCancelled() {
    super("the request was cancelled by its caller");
  }
}
