/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process without reuse answered, and how long that took.
 *
 * @param operations Jlama's name of its tensor operations
 * @param answers of all tasks, by their number, each computed alone
 * @param times of requests side by side, as many as in the soak
 */
public record SoakReference(String operations, List<SoakAnswer> answers, SoakTimes times) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Copies the list. */
  public SoakReference {
    answers = List.copyOf(answers);
  }

  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }

  /** Reads what a process has written. */
  public static SoakReference read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), SoakReference.class);
  }
}
