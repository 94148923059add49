/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.terrace.cli.qa.QaOutcome.Answer;
import io.terrace.cli.qa.Summary.Failures;
import java.util.List;

/** A run that is over, as it is kept. */
@JsonPropertyOrder({"row", "failures", "answers"})
record CompareRun(CompareRow row, List<Failures> failures, List<Answer> answers) {
  CompareRun {
    failures = List.copyOf(failures);
    answers = List.copyOf(answers);
  }
}
