/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tests of reuse on the host once more, with attention on a device. */
@Tag("processes")
final class ReuseOnDeviceTest {
  private static final long DEADLINE_MINUTES = 10;

  @Test
  void atSmallChunks() throws Exception {
    run(32, 40, EveryCutTest.class, ChunkEndsTest.class, SharedDocumentTest.class);
  }

  @Test
  void atTheDefaultChunks() throws Exception {
    run(
        256,
        20,
        ConcurrencyTest.class,
        ContinuedSessionTest.class,
        FailureTest.class,
        ModelCloseTest.class);
  }

  @Test
  void whatTakesLonger() throws Exception {
    assumeTrue(Boolean.getBoolean("terrace.test.long"), "skipped: takes minutes, -Plong runs it");
    run(256, 8, BatchSizeTest.class, BudgetSpentTest.class, FairnessTest.class);
  }

  /**
   * Runs tests in a JVM of its own.
   *
   * @param least how many there are at least
   */
  private static void run(int chunkTokens, int least, Class<?>... tests)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            Child.command(
                "terrace.device=cuda",
                "terrace.chunkTokens=" + chunkTokens,
                "terrace.debug.checkPages=true",
                "terrace.test.agent=" + System.getProperty("terrace.test.agent")));
    command.add(TestRun.class.getName());
    Stream.of(tests).map(Class::getName).forEach(command::add);
    Path out = Files.createTempFile("reuse-on-device", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
      builder.environment().putAll(DeviceDriver.environment(""));
      Process process = builder.start();
      boolean ended = process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES);
      process.destroyForcibly().waitFor();
      String said = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(ended).as("ended in time: %s", said).isTrue();
      assertThat(figure(said, "failed")).as(said).isZero();
      assertThat(figure(said, "passed")).as(said).isGreaterThanOrEqualTo(least);
      assertThat(figure(said, "spilled")).as("on the device: %s", said).isPositive();
    } finally {
      Files.delete(out);
    }
  }

  private static long figure(String said, String name) {
    List<String> values =
        said.lines()
            .filter(line -> line.startsWith(name + " "))
            .map(line -> line.substring(name.length() + 1))
            .toList();
    assertThat(values).as(said).hasSize(1);
    return Long.parseLong(values.getFirst());
  }
}
