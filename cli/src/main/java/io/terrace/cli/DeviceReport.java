/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.DeviceFigures.Answered;
import io.terrace.cli.DeviceFigures.Row;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@link DeviceFigures} for people. */
final class DeviceReport {
  private DeviceReport() {}

  static void print(DeviceFigures figures, PrintWriter out) {
    out.println(
        figures.device()
            + ", CUDA "
            + figures.driver()
            + ", "
            + figures.cpu()
            + ", "
            + figures.jdk());
    out.println("GB/s, medians of " + figures.rounds() + " rounds; ratio: median of the rounds'");
    out.println();
    Table table = new Table("what", "MiB", "GB/s", "beside", "GB/s", "ratio");
    for (Row row : figures.rows()) {
      table.row(
          row.what(),
          String.format(Locale.ROOT, "%.1f", row.bytes() / (double) (1 << 20)),
          number(row.gbPerS()),
          row.ceilingOf() == null ? "" : row.ceilingOf(),
          number(row.ceilingGbPerS()),
          number(row.ratio()));
    }
    table.lines().forEach(out::println);
    if (figures.rows().stream().noneMatch(row -> row.what().contains(" to device, GPUDirect"))) {
      out.println();
      out.println(
          "No files past the memory of the host: there is no GPUDirect Storage, as 'terrace doctor'"
              + " says.");
    }
    out.println();
    out.println(figures.model() + ", attention on the device and on the host, ms; nothing reused");
    out.println();
    Table answers =
        new Table(
            "prompt\ntokens",
            "first token\ndevice",
            "\nhost",
            "\nratio",
            "step\ndevice",
            "\nhost",
            "\nratio",
            "answers");
    for (Answered answered : figures.answers()) {
      answers.row(
          Messages.grouped(answered.promptTokens()),
          Table.millis(answered.firstTokenMs()),
          Table.millis(answered.firstTokenMsHost()),
          number(answered.firstTokenRatio()),
          Table.millis(answered.stepMs()),
          Table.millis(answered.stepMsHost()),
          number(answered.stepRatio()),
          answered.identical() ? "same" : "differ");
    }
    answers.lines().forEach(out::println);
    out.flush();
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
  }
}
