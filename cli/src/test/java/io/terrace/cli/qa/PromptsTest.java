/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PromptsTest {
  private static final Workload WORKLOAD = new Workload(2, 3, 1, 3, 2, 10, 0);

  @Test
  void theFirstMessageHoldsSystemPromptHistoryAndQuestion() {
    Conversation conversation = new Conversation(Prompts.opening(WORKLOAD, 7));
    Script script = Prompts.script(10);
    assertThat(conversation.ask(script.question(4)))
        .containsExactly(
            new Message(
                "user",
                "Hi, here's some system prompt: hi hi hi."
                    + "For user 7, here are some other context: hi hi."
                    + "Here's question #4: can you tell me a new long story with a happy ending?"));
  }

  @Test
  void laterTurnsAddTheAnswerAsItWasAndTheQuestion() {
    Conversation conversation = new Conversation("Opening. ");
    List<Message> first = conversation.ask("One?");
    conversation.answered(" Yes.\n");
    assertThat(conversation.ask("Two?"))
        .containsExactly(
            new Message("user", "Opening. One?"),
            new Message("assistant", " Yes.\n"),
            new Message("user", "Two?"));
    assertThat(first).as("what was sent").hasSize(1);
  }

  @Test
  void aQuestionWithoutAnswerIsTakenBack() {
    Conversation conversation = new Conversation("Opening. ");
    conversation.ask("One?");
    conversation.unanswered();
    assertThat(conversation.ask("Two?")).containsExactly(new Message("user", "Opening. Two?"));
    conversation.answered("Yes.");
    conversation.ask("Three?");
    conversation.unanswered();
    assertThat(conversation.ask("Four?"))
        .extracting(Message::content)
        .containsExactly("Opening. Two?", "Yes.", "Four?");
  }

  @Test
  void usersShareTheSystemPromptAndNothingBehindIt() {
    String one = Prompts.opening(WORKLOAD, 1);
    String two = Prompts.opening(WORKLOAD, 2);
    String shared = Prompts.system(WORKLOAD) + "For user ";
    assertThat(one).startsWith(shared + "1");
    assertThat(two).startsWith(shared + "2");
  }

  @Test
  void theWarmUpIsAHundredWordsBehindANumber() {
    assertThat(Prompts.warmUp(7).split(" ")).hasSize(101).startsWith("7").endsWith("hi", "hi");
  }
}
