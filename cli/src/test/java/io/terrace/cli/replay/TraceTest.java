/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file of requests says. */
final class TraceTest {
  private static final String FIRST = "{\"timestamp\": 7, \"hash_ids\": [1, 2]}\n";

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("trace.jsonl"), text);
  }

  @Test
  void aBlockIsAnIdBehindOthers() throws IOException {
    Trace trace =
        Trace.read(
            file(
                FIRST
                    + "\n"
                    + "{\"timestamp\": 9, \"input_length\": 5, \"hash_ids\": [1, 3, 2]}\n"
                    + "{\"timestamp\": 9, \"hash_ids\": []}\n"));
    assertThat(trace.requests()).hasSize(3);
    assertThat(trace.requests().get(1).millis()).isEqualTo(9);
    assertThat(trace.requests().get(1).blocks()).containsExactly(0, 2, 3);
    assertThat(trace.blocks()).as("2 behind 1 is not 2 behind 3").isEqualTo(4);
    assertThat(trace.parent(3)).isEqualTo(2);
    assertThat(trace.parent(0)).isEqualTo(-1);
    assertThat(trace.depth(3)).isEqualTo(2);
    assertThat(trace.wanted()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense | line 2 is no request in JSON",
        "{\"timestamp\": 8} | line 2 lacks 'hash_ids'",
        "{\"hash_ids\": [1]} | line 2 lacks 'timestamp', in milliseconds",
        "{\"timestamp\": \"x\", \"hash_ids\": [1]} | line 2 is no request in JSON",
        "{\"timestamp\": 3, \"hash_ids\": [1]} | line 2 came at 3 ms, before the line above it",
      })
  void saysWhichLineIsBad(String line, String message) throws IOException {
    Path file = file(FIRST + line);
    assertThatThrownBy(() -> Trace.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void refusesAFileWithoutRequests() throws IOException {
    Path file = file("\n");
    assertThatThrownBy(() -> Trace.read(file)).hasMessage(file + " has no request");
  }
}
