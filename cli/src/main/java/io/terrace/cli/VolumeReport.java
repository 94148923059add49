/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.VolumeFigures.Leased;
import io.terrace.cli.VolumeFigures.Many;
import io.terrace.cli.VolumeFigures.Moved;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@link VolumeFigures} for people. */
final class VolumeReport {
  private VolumeReport() {}

  static void print(VolumeFigures figures, PrintWriter out) {
    out.println(figures.root() + ", " + figures.cpu() + ", " + figures.jdk());
    out.println(
        figures.fio() == null
            ? "fio is not installed: no ceiling beside the figures (apt-get install fio)"
            : "Ceiling: " + figures.fio() + ", direct I/O, a file for each chunk");
    out.println("MB/s of payload, medians; ratio: tier to fio, median of the rounds");
    out.println();
    moved(figures).lines().forEach(out::println);
    if (!figures.leased().isEmpty()) {
      out.println();
    }
    for (Leased leased : figures.leased()) {
      out.printf(
          Locale.ROOT,
          "A chunk of %d MiB in the page cache is borrowed in %.1f us.%n",
          leased.chunkMiB(),
          leased.micros());
    }
    Many many = figures.many();
    if (many != null) {
      out.println();
      out.printf(
          Locale.ROOT,
          "%s chunks: opened in %.1f ms; looked up in %.1f us (present), %.1f us (absent).%n",
          Messages.grouped(many.chunks()),
          many.openMs(),
          many.presentMicros(),
          many.absentMicros());
    }
    out.flush();
  }

  private static Table moved(VolumeFigures figures) {
    Table table =
        new Table(
            "chunk\nMiB",
            "at\nonce",
            "write\ntier",
            "\nfio",
            "\nratio",
            "read\ntier",
            "\nfio",
            "\nratio",
            "heap of a\nread, bytes");
    for (Moved moved : figures.moved()) {
      table.row(
          String.valueOf(moved.chunkMiB()),
          String.valueOf(moved.depth()),
          megabytes(moved.writeBytesPerSecond()),
          megabytes(moved.fioWriteBytesPerSecond()),
          ratio(moved.writeRatio()),
          megabytes(moved.readBytesPerSecond()),
          megabytes(moved.fioReadBytesPerSecond()),
          ratio(moved.readRatio()),
          Messages.grouped(Math.round(moved.heapBytesPerRead())));
    }
    return table;
  }

  private static String megabytes(@Nullable Double bytesPerSecond) {
    return bytesPerSecond == null ? "" : Messages.grouped(Math.round(bytesPerSecond / 1e6));
  }

  private static String ratio(@Nullable Double ratio) {
    return ratio == null ? "" : String.format(Locale.ROOT, "%.2f", ratio);
  }
}
