/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.Traffic.Speed;
import io.terrace.cli.VolumeFigures.Leased;
import io.terrace.cli.VolumeFigures.Moved;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.TierException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Measures an open volume, and fio on the same one in turns. */
final class VolumeBench {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LEASED_CHUNKS = 16;
  private static final int LEASES = 2_000;

  private final KvTier tier;
  private final @Nullable Path fioFolder;
  private final boolean forced;
  private final int rounds;
  private final int mebibytesOfRound;
  private final Progress progress;

  /**
   * @param fioFolder an empty folder of the same volume; null to measure without fio
   * @param forced whether chunks are forced to the device
   * @param mebibytesOfRound about how much each round moves, in each direction
   */
  VolumeBench(
      KvTier tier,
      @Nullable Path fioFolder,
      boolean forced,
      int rounds,
      int mebibytesOfRound,
      Progress progress) {
    this.tier = tier;
    this.fioFolder = fioFolder;
    this.forced = forced;
    this.rounds = rounds;
    this.mebibytesOfRound = mebibytesOfRound;
    this.progress = progress;
  }

  private record Round(
      Speed write, Speed read, @Nullable Double fioWrite, @Nullable Double fioRead) {}

  Moved move(int mebibytes, int depth) {
    int chunks = Math.max(2, mebibytesOfRound / mebibytes / depth);
    progress.phase("Chunks of " + mebibytes + " MiB, " + depth + " at once");
    List<Round> measured = new ArrayList<>();
    try (Traffic traffic = new Traffic(tier, mebibytes, depth)) {
      round(traffic, null, chunks, 0); // the first one warms up
      Fio fio = fioFolder == null ? null : new Fio(fioFolder, mebibytes, depth, chunks, forced);
      for (int i = 0; i < rounds; i++) {
        progress.detail("round " + (i + 1) + " of " + rounds);
        measured.add(round(traffic, fio, chunks, i));
      }
    }
    return new Moved(
        mebibytes,
        depth,
        Median.of(measured, round -> round.write.bytesPerSecond()),
        ofFio(measured, round -> value(round.fioWrite)),
        ofFio(measured, round -> round.write.bytesPerSecond() / value(round.fioWrite)),
        Median.of(measured, round -> round.read.bytesPerSecond()),
        ofFio(measured, round -> value(round.fioRead)),
        ofFio(measured, round -> round.read.bytesPerSecond() / value(round.fioRead)),
        Median.of(measured, round -> round.read.heapBytes()));
  }

  /** Every second round begins with fio. */
  private Round round(Traffic traffic, @Nullable Fio fio, int chunks, int number) {
    boolean fioFirst = number % 2 == 1;
    Double fioWrite = fio != null && fioFirst ? fio.write() : null;
    Speed write = traffic.write(chunks);
    if (fio != null && !fioFirst) {
      fioWrite = fio.write();
    }
    Double fioRead = fio != null && fioFirst ? fio.read() : null;
    Speed read = traffic.read();
    if (fio != null && !fioFirst) {
      fioRead = fio.read();
    }
    traffic.clear();
    if (fioFolder != null) {
      Folders.deleteBelow(fioFolder);
    }
    return new Round(write, read, fioWrite, fioRead);
  }

  private @Nullable Double ofFio(List<Round> measured, ToDoubleFunction<Round> value) {
    return fioFolder == null ? null : Median.of(measured, value);
  }

  private static double value(@Nullable Double figure) {
    return figure == null ? Double.NaN : figure;
  }

  /** The time to borrow a chunk that nobody holds; null if the tier lends nothing. */
  @Nullable Leased lease(int mebibytes) {
    try (Traffic traffic = new Traffic(tier, mebibytes, 1)) {
      traffic.write(LEASED_CHUNKS);
      traffic.read();
      List<ChunkKey> keys = traffic.keys();
      List<Long> nanos = new ArrayList<>();
      for (int i = 0; i < LEASES; i++) {
        long start = System.nanoTime();
        Lease lease = tier.lease(keys.get(i % keys.size()), Deadline.after(PATIENCE));
        if (lease == null) {
          return null;
        }
        nanos.add(System.nanoTime() - start);
        lease.close();
      }
      traffic.clear();
      return new Leased(mebibytes, Median.of(nanos.subList(LEASES / 2, LEASES), n -> n / 1e3));
    } catch (TierException e) {
      throw CliException.failed("a chunk could not be borrowed: " + e.getMessage());
    }
  }
}
