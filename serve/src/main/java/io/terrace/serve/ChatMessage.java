/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

/** One message of a conversation. */
record ChatMessage(Role role, String content) {
  /** Who speaks. */
  enum Role {
    SYSTEM("system"),
    USER("user"),
    ASSISTANT("assistant");

    private final String label;

    Role(String label) {
      this.label = label;
    }

    /** As it is written in a conversation. */
    String label() {
      return label;
    }
  }
}
