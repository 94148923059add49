/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.BucketFigures.Moved;
import java.io.PrintWriter;
import java.util.Locale;

/** {@link BucketFigures} for people. */
final class BucketReport {
  private BucketReport() {}

  static void print(BucketFigures figures, PrintWriter out) {
    out.println(figures.tier() + ", " + figures.cpu() + ", " + figures.jdk());
    out.println(
        "MB/s of payload, medians; ratio: tier to the SDK's client alone, median of the rounds");
    out.println();
    Table table =
        new Table(
            "chunk\nMiB",
            "at\nonce",
            "put\ntier",
            "\nSDK",
            "\nratio",
            "get\ntier",
            "\nSDK",
            "\nratio",
            "heap of a\nput, bytes",
            "heap of a\nget, bytes");
    for (Moved moved : figures.moved()) {
      table.row(
          String.valueOf(moved.chunkMiB()),
          String.valueOf(moved.depth()),
          megabytes(moved.putBytesPerSecond()),
          megabytes(moved.barePutBytesPerSecond()),
          ratio(moved.putRatio()),
          megabytes(moved.getBytesPerSecond()),
          megabytes(moved.bareGetBytesPerSecond()),
          ratio(moved.getRatio()),
          Messages.grouped(Math.round(moved.heapBytesPerPut())),
          Messages.grouped(Math.round(moved.heapBytesPerGet())));
    }
    table.lines().forEach(out::println);
    out.flush();
  }

  private static String megabytes(double bytesPerSecond) {
    return Messages.grouped(Math.round(bytesPerSecond / 1e6));
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }
}
