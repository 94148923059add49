/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

/** The two ways to ask for an answer. */
enum Endpoint {
  CHAT("/v1/chat/completions", "messages"),
  COMPLETIONS("/v1/completions", "prompt");

  private final String path;
  private final String promptField;

  Endpoint(String path, String promptField) {
    this.path = path;
    this.promptField = promptField;
  }

  String path() {
    return path;
  }

  /** The field of a request that holds the prompt. */
  String promptField() {
    return promptField;
  }
}
