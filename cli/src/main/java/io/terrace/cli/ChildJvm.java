/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** The measured program in a JVM of its own: one line there, one line of JSON back. */
final class ChildJvm implements JlamaProgram {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final String label;
  private final Process process;
  private final LogFile log;
  private final Writer requests;
  private final BufferedReader replies;
  private final Description description;

  /**
   * Takes over a program that was just started and waits until it has loaded its model.
   *
   * @param log where its standard error goes
   */
  ChildJvm(String label, Process process, Path log) {
    this.label = label;
    this.process = process;
    this.log = new LogFile(log);
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.replies = process.inputReader(StandardCharsets.UTF_8);
    try {
      this.description = reply(Description.class);
    } catch (CliException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  @Override
  public Description description() {
    return description;
  }

  @Override
  public Rendered render(boolean chat, String text) {
    send("prompt " + (chat ? "chat" : "raw") + " " + base64(text));
    return reply(Rendered.class);
  }

  @Override
  public Answer answer(Rendered prompt, int answerTokens) {
    // Jlama takes a total, and samples the first token before it looks at it.
    int totalTokens = prompt.tokens() + answerTokens - 1;
    send("answer " + totalTokens + " " + base64(prompt.prompt()));
    return reply(Answer.class);
  }

  @Override
  public void share(boolean sharing) {
    send("share " + sharing + " -");
    reply(JsonNode.class);
  }

  @Override
  public void settle() {
    send("settle - -");
    reply(JsonNode.class);
  }

  /** Ends the program by the end of its input; by force if it does not follow. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      process.destroyForcibly(); // it is gone already
    }
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void send(String request) {
    try {
      requests.write(request + "\n");
      requests.flush();
    } catch (IOException e) {
      throw died();
    }
  }

  private <T> T reply(Class<T> type) {
    String line;
    try {
      line = replies.readLine();
    } catch (IOException e) {
      throw died();
    }
    if (line == null) {
      throw died();
    }
    try {
      JsonNode reply = JSON.readTree(line);
      if (reply.has("error")) {
        throw CliException.failed(
            "Jlama failed (" + label + "): " + reply.get("error").asText() + log.pointer());
      }
      return JSON.treeToValue(reply, type);
    } catch (JsonProcessingException e) {
      throw CliException.failed(
          "the Jlama program (" + label + ") answered \"" + line + "\", not JSON" + log.pointer());
    }
  }

  private CliException died() {
    String status = "was lost";
    try {
      if (process.waitFor(10, TimeUnit.SECONDS)) {
        status = "ended with status " + process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return CliException.failed(
        "the Jlama program (" + label + ") " + status + "; its last lines:" + log.lastLines());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
