/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.List;

/** What the prompts ask; each ends a prompt, is about 20 tokens long, and fits any document. */
final class Questions {
  static final int NEW_QUESTIONS = 5;

  static final String FIRST = "\n\nQuestion: What is the text above about? Answer in one sentence.";

  static final List<String> NEW =
      List.of(
          "\n\nQuestion: Whom was the text above written for? Answer in one sentence.",
          "\n\nQuestion: Which three words describe the text above best? Name them.",
          "\n\nQuestion: Does the text above contain a promise? Say which one, briefly.",
          "\n\nQuestion: How does the text above begin? Repeat its first sentence.",
          "\n\nQuestion: Under what title should the text above be filed? Suggest one.");

  private Questions() {}
}
