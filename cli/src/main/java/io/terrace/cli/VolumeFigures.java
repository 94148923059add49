/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code terrace bench volume} measured; names and order are documented, others read them.
 *
 * @param fio fio's version; null where it is not installed, as are all of its figures
 */
@JsonPropertyOrder({"root", "jdk", "cpu", "fio", "options", "counters", "moved", "leased", "many"})
record VolumeFigures(
    String root,
    String jdk,
    String cpu,
    @Nullable String fio,
    Map<String, String> options,
    Map<String, Long> counters,
    List<Moved> moved,
    List<Leased> leased,
    @Nullable Many many) {

  /**
   * Chunks of one size, so many calls at once. Speeds are medians in bytes of payload a second; a
   * ratio is the median of the ratios within each round.
   *
   * @param heapBytesPerRead what the whole process allocated for each read
   */
  @JsonPropertyOrder({
    "chunkMiB",
    "depth",
    "writeBytesPerSecond",
    "fioWriteBytesPerSecond",
    "writeRatio",
    "readBytesPerSecond",
    "fioReadBytesPerSecond",
    "readRatio",
    "heapBytesPerRead"
  })
  record Moved(
      int chunkMiB,
      int depth,
      double writeBytesPerSecond,
      @Nullable Double fioWriteBytesPerSecond,
      @Nullable Double writeRatio,
      double readBytesPerSecond,
      @Nullable Double fioReadBytesPerSecond,
      @Nullable Double readRatio,
      double heapBytesPerRead) {}

  /**
   * @param micros median time to borrow a chunk that nobody holds, whose file is in the page cache
   */
  @JsonPropertyOrder({"chunkMiB", "micros"})
  record Leased(int chunkMiB, double micros) {}

  /**
   * @param openMs to open a volume that holds so many chunks
   * @param presentMicros median look-up of one that is there, not asked before
   * @param absentMicros median look-up of one that is not there, not asked before
   */
  @JsonPropertyOrder({"chunks", "openMs", "presentMicros", "absentMicros"})
  record Many(int chunks, double openMs, double presentMicros, double absentMicros) {}
}
