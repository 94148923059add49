/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.QaOutcome.Answer;
import io.terrace.cli.qa.Requests.Ended;
import java.util.ArrayList;
import java.util.List;

/** A user's conversation, and the requests that it was made of. */
final class Talk {
  private final Session session;
  private final Script script;
  private final Conversation conversation;
  private final List<QaRow> rows = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private boolean complete = true;

  Talk(Session session, Script script, String opening) {
    this.session = session;
    this.script = script;
    conversation = new Conversation(opening);
  }

  /** Sends the question that the session is at. */
  void send(Requests<Talk> requests) {
    int number = session.question();
    List<Message> messages = conversation.ask(script.question(number));
    requests.send(this, messages, script.answerTokens(number), session.userId());
  }

  /** The question was answered, or failed and is taken back. */
  void ended(Ended<Talk> request) {
    session.completed();
    Reply reply = request.reply();
    rows.add(
        new QaRow(
            session.userId(),
            rows.size() + 1,
            request.launchTime(),
            request.finishTime(),
            reply == null ? null : reply.served(),
            request.failure()));
    if (reply == null) {
      complete = false;
      conversation.unanswered();
      return;
    }
    conversation.answered(reply.text());
    if (complete) {
      answers.add(new Answer(session.userId(), session.question(), reply.text()));
    }
  }

  List<QaRow> rows() {
    return rows;
  }

  List<Answer> answers() {
    return answers;
  }
}
