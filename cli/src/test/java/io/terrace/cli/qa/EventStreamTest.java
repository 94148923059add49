/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.cli.qa.QaRow.Served;
import org.junit.jupiter.api.Test;

final class EventStreamTest {
  private static final String USAGE =
      "data: {\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":4}}}";

  private long nanos;

  private EventStream stream(String... lines) {
    EventStream events = new EventStream(() -> nanos, 0);
    for (String line : lines) {
      nanos += 1_000_000_000;
      events.onNext(line);
    }
    nanos += 1_000_000_000;
    events.onComplete();
    return events;
  }

  private static String content(String json) {
    return "data: {\"choices\":[{\"delta\":{\"content\":" + json + "}}]}";
  }

  @Test
  void theFirstTokenIsTheFirstTextThatIsNotEmpty() throws RequestFailure {
    Reply reply =
        stream(
                "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
                "",
                content("null"),
                "",
                content("\"Hi\""), // the fifth second begins
                "",
                content("\" there\""),
                "",
                USAGE,
                "",
                "data: [DONE]",
                "")
            .reply();
    assertThat(reply.text()).isEqualTo("Hi there");
    assertThat(reply.served()).isEqualTo(new Served(9, 2, 6, 7, 4L));
  }

  @Test
  void commentsOtherFieldsAndSplitDataAreUnderstood() throws RequestFailure {
    Reply reply =
        stream(
                ": keep-alive",
                "",
                "event: message",
                "id: 7",
                "data:{\"choices\":[{\"delta\":",
                "data: {\"content\":\"Hi\"}}]}",
                "",
                "retry: 100",
                USAGE) // neither [DONE] nor an empty line
            .reply();
    assertThat(reply.text()).isEqualTo("Hi");
    assertThat(reply.served().promptTokens()).isEqualTo(9);
  }

  @Test
  void usageWithoutCachedTokensIsNotZero() throws RequestFailure {
    Reply reply =
        stream(content("\"Hi\""), "", "data: {\"usage\":{\"prompt_tokens\":9}}", "").reply();
    assertThat(reply.served().cachedTokens()).isNull();
  }

  @Test
  void whatIsMissingOrBrokenIsTheReason() {
    assertFails("no text in the stream", USAGE, "");
    assertFails("no usage in the stream", content("\"Hi\""), "");
    assertFails("no JSON in the stream: ", "data: {\"choices\":[", "", USAGE, "");
    assertFails(
        "error in the stream: gone", content("\"Hi\""), "", "data: {\"error\":\"gone\"}", "");
  }

  private void assertFails(String reason, String... lines) {
    assertThatThrownBy(() -> stream(lines).reply())
        .isInstanceOf(RequestFailure.class)
        .hasMessageStartingWith(reason);
  }
}
