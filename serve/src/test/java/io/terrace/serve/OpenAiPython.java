/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** OpenAI's client from PyPI, in an environment of its own that a build keeps. */
final class OpenAiPython {
  private static final Path ENVIRONMENT = Path.of("target", "openai-python").toAbsolutePath();
  private static final String VERSION = "openai>=1.99,<3";

  private OpenAiPython() {}

  /** What it saw; the test is skipped where it cannot be had. */
  static JsonNode run(URI base, String user) throws IOException, InterruptedException {
    Path python = ENVIRONMENT.resolve("bin").resolve("python");
    Path complete = ENVIRONMENT.resolve("complete");
    if (!Files.exists(complete)) {
      assumeTrue(
          does("python3", "-m", "venv", ENVIRONMENT.toString()),
          "skipped: there is no python3 with venv on this machine");
      assumeTrue(
          does(
              python.toString(),
              "-m",
              "pip",
              "install",
              "--quiet",
              "--disable-pip-version-check",
              "--no-compile",
              "--only-binary=:all:",
              "--retries=1",
              "--timeout=10",
              VERSION),
          "skipped: the package openai cannot be had from PyPI");
      Files.createFile(complete);
    }
    Path script = Files.createTempFile("openai_client", ".py");
    try (InputStream source = OpenAiPython.class.getResourceAsStream("openai_client.py")) {
      Files.write(script, Objects.requireNonNull(source).readAllBytes());
      Run run = run(python.toString(), script.toString(), base.toString(), user);
      assertThat(run.status()).as(run.text()).isZero();
      return Api.json(run.text());
    } finally {
      Files.delete(script);
    }
  }

  private record Run(int status, String text) {}

  private static boolean does(String... command) throws InterruptedException {
    try {
      Run run = run(command);
      if (run.status() != 0) {
        System.err.println(List.of(command) + ": " + run.text());
      }
      return run.status() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  private static Run run(String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("openai-python", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        return new Run(-1, "not ended after 120 s: " + Files.readString(out));
      }
      return new Run(process.exitValue(), Files.readString(out));
    } finally {
      Files.delete(out);
    }
  }
}
