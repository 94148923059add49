/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

/**
 * A message of a conversation, as the OpenAI API has it.
 *
 * @param role "user" or "assistant"
 */
record Message(String role, String content) {
  static Message user(String content) {
    return new Message("user", content);
  }

  static Message assistant(String content) {
    return new Message("assistant", content);
  }
}
