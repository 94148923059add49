/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What {@code --json} asks for. */
final class JsonFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonFile() {}

  /** As below for {@code --json}. */
  static void checkWritable(Path file) {
    checkWritable("--json", file);
  }

  /** Finds out before a long run whether an option's file can be written; leaves it as it was. */
  static void checkWritable(String option, Path file) {
    boolean existed = Files.exists(file);
    try {
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      if (!existed) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw unwritable(option, file, e);
    }
  }

  static void write(Path file, Object content) {
    try {
      Files.writeString(file, JSON.writeValueAsString(content) + "\n");
    } catch (IOException e) {
      throw unwritable("--json", file, e);
    }
  }

  static void print(PrintWriter out, Object content) {
    try {
      out.println(JSON.writeValueAsString(content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values have no JSON", e);
    }
  }

  private static CliException unwritable(String option, Path file, IOException e) {
    return CliException.badInput(
        option + "=" + file + " cannot be written: " + Messages.why(e, file));
  }

  /** What the file holds; names and order are documented, others read them. */
  @JsonPropertyOrder({"model", "jlama", "jdk", "cpu", "runs", "secondInstance"})
  record Content(
      String model,
      String jlama,
      String jdk,
      String cpu,
      List<RunFigures> runs,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SecondInstance> secondInstance) {}
}
