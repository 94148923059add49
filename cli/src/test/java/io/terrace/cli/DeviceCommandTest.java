/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.terrace.cli.DeviceFigures.Answered;
import io.terrace.cli.DeviceFigures.Row;
import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.DeviceAbsentException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code terrace bench device} where it cannot measure, and its table. */
final class DeviceCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--copy-mib=0 | --copy-mib=0 is out of range: give 1 to 1024",
        "--context-tokens=512,0 | --context-tokens=0 is out of range: give 1 to 1048576",
        "--batch-tokens=5000 | --batch-tokens=5000 is out of range: give 1 to 4096",
        "--prompt-tokens=8 | --prompt-tokens=8 is out of range: give 32 to 1048576",
        "--model-rounds=0 | --model-rounds=0 is out of range: give at least 1",
        "--rounds=0 | --rounds=0 is out of range: give at least 1",
      })
  void refusesWhatIsOutOfRange(String option, String message) {
    CommandRun run = CommandRun.of("bench", "device", option);
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void saysWhyThereIsNoDevice() throws CudaException {
    assumeFalse(isThere(), "skipped: there is a CUDA device here");
    CommandRun run = CommandRun.of("bench", "device");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("CUDA", "'terrace doctor'").doesNotContain("\tat ");
  }

  private static boolean isThere() throws CudaException {
    try {
      CudaDevice.open(CudaDevice.DEFAULT_LIBRARY, 0).close();
      return true;
    } catch (DeviceAbsentException e) {
      return false;
    }
  }

  @Test
  void theTableHasWhatIsComparedAndWhatIsNot() {
    StringWriter out = new StringWriter();
    DeviceReport.print(
        new DeviceFigures(
            "Card",
            "12.6",
            "JDK",
            "CPU",
            3,
            List.of(
                new Row("spill of a page", 8 << 20, 9.5, "pinned copy", 10.0, 0.95),
                new Row("attention", 1 << 20, 123.456, null, null, null)),
            "Model",
            List.of(new Answered(1_024, 100, 200, 0.5, 3, 6, 0.5, true))),
        new PrintWriter(out));
    assertThat(out.toString())
        .startsWith("Card, CUDA 12.6, CPU, JDK")
        .containsPattern("spill of a page +8\\.0 +9\\.50 +pinned copy +10\\.00 +0\\.95\n")
        .containsPattern("1,024 +100 +200 +0\\.50 +3\\.00 +6\\.00 +0\\.50 +same\n")
        .containsPattern("attention +1\\.0 +123\\.46 *\n");
  }
}
