/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.AnswerCheck.Difference;
import java.io.IOException;
import java.util.List;

/** What a comparison found. */
public final class CompareResult {
  private final List<CompareRow> rows;
  private final AnswerCheck answers;

  CompareResult(List<CompareRun> runs) {
    rows = runs.stream().map(CompareRun::row).toList();
    answers = new AnswerCheck(runs);
  }

  List<CompareRow> rows() {
    return rows;
  }

  /** Answers that were held against those of other set-ups. */
  int comparedAnswers() {
    return answers.compared();
  }

  List<Difference> differences() {
    return answers.differences();
  }

  /** Whether each question had one answer, in all set-ups but the plain runtime. */
  public boolean isIdentical() {
    return answers.differences().isEmpty();
  }

  /** The Markdown. */
  public List<String> lines(CompareContext context) {
    return CompareMarkdown.lines(this, context);
  }

  /** Writes {@code rows.csv}, {@code compare.md}, {@code compare.html} and {@code compare.json}. */
  public void write(CompareFolder folder, CompareContext context) throws IOException {
    folder.write("rows.csv", CompareFiles.csv(this));
    folder.write("compare.json", CompareFiles.json(this));
    folder.write("compare.md", String.join("\n", lines(context)));
    folder.write("compare.html", CompareHtml.page(this, context));
  }
}
