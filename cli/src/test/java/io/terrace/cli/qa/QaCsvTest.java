/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.cli.qa.QaRow.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QaCsvTest {
  private static final String HEADER =
      "prompt_tokens,generation_tokens,ttft,generation_time,user_id,question_id,launch_time,"
          + "finish_time";

  @TempDir private Path folder = Path.of("");

  private static List<QaRow> rows() {
    return List.of(
        new QaRow(
            3, 1, 1_700_000_000.25, 1_700_000_002, new Served(1200, 100, 0.5, 1.25, 1000L), ""),
        new QaRow(3, 2, 1_700_000_010, 1_700_000_011, null, "HTTP 429: \"full\", try\nlater"),
        new QaRow(4, 1, 1_700_000_020, 1_700_000_021, new Served(7, 1, 0.1, 0, null), ""));
  }

  @Test
  void columnsAreTheirsInTheirOrderWithOursBehind() throws IOException {
    Path file = folder.resolve("summary.csv");
    QaCsv.write(file, rows());
    assertThat(file)
        .hasContent(
            HEADER
                + ",cached_tokens,error\n"
                + "1200,100,0.500000,1.250000,3,1,1700000000.250000,1700000002.000000,1000,\n"
                + ",,,,3,2,1700000010.000000,1700000011.000000,,"
                + "\"HTTP 429: \"\"full\"\", try\nlater\"\n"
                + "7,1,0.100000,0.000000,4,1,1700000020.000000,1700000021.000000,,\n");
    assertThat(QaCsv.read(file)).isEqualTo(rows());
  }

  @Test
  void aFileOfTheirsIsRead() throws IOException {
    Path file = folder.resolve("theirs.csv");
    Files.writeString(
        file, HEADER + "\r\n1200.0,100.0,0.5,1.25,3,1,1700000000.25,1700000002.0\r\n");
    assertThat(QaCsv.read(file))
        .containsExactly(
            new QaRow(
                3, 1, 1_700_000_000.25, 1_700_000_002, new Served(1200, 100, 0.5, 1.25, null), ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "| it is empty",
        "a,b | it has no column 'prompt_tokens'",
        "H~1,1,x,1,1,1,1,1 | record 2: 'ttft' is 'x', wanted a number",
        "H~1,1,1,1,1,1,1 | record 2: 'finish_time' is '', wanted a number",
        "H~1,1,1,1,1,1,1,NaN | record 2: 'finish_time' is 'NaN', wanted a number",
        "H~1,1,1,1,1,1,1,1~~1,1,1,1,,1,1,1 | record 3: 'user_id' is '', wanted a number",
      })
  void whatIsWrongWithAFileIsNamed(String content, String message) throws IOException {
    Path file = folder.resolve("bad.csv");
    String text = content == null ? "" : content.replace("H", HEADER).replace('~', '\n');
    Files.writeString(file, text);
    assertThatThrownBy(() -> QaCsv.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }
}
