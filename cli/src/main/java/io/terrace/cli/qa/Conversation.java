/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.ArrayList;
import java.util.List;

/** What a user and the model have said. Not safe for use by several threads. */
final class Conversation {
  private final String opening;
  private final List<Message> messages = new ArrayList<>();

  /**
   * @param opening what stands before the first question, in the same message
   */
  Conversation(String opening) {
    this.opening = opening;
  }

  /** Adds a question; what is returned stays as it is. */
  List<Message> ask(String question) {
    messages.add(Message.user(messages.isEmpty() ? opening + question : question));
    return List.copyOf(messages);
  }

  void answered(String text) {
    messages.add(Message.assistant(text));
  }

  /** Takes back the last question, which got no answer. */
  void unanswered() {
    messages.removeLast();
  }
}
