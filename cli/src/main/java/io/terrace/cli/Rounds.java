/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.DeviceFigures.Row;
import io.terrace.device.cuda.CudaException;
import io.terrace.spi.TierException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How fast bytes move, measured several times; in turns with what it is compared to. */
final class Rounds {
  private static final long WARM_UP_NANOS = 1_000_000_000; // memory is pinned meanwhile

  private final int count;

  /** Something that takes time. */
  @FunctionalInterface
  interface Work {
    void run() throws CudaException, TierException;
  }

  Rounds(int count) {
    this.count = count;
  }

  /** Measures some work. */
  Row row(String what, long bytes, Work work) throws CudaException, TierException {
    warmUp(work);
    List<Double> speeds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      speeds.add(speed(work, bytes));
    }
    return new Row(what, bytes, Median.of(speeds, speed -> speed), null, null, null);
  }

  /** Measures some work and other work in turns. */
  Row row(String what, long bytes, Work work, String ceilingOf, Work ceiling)
      throws CudaException, TierException {
    warmUp(
        () -> {
          work.run();
          ceiling.run();
        });
    List<Double> speeds = new ArrayList<>();
    List<Double> ceilings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i % 2 == 0) {
        speeds.add(speed(work, bytes));
      }
      ceilings.add(speed(ceiling, bytes));
      if (i % 2 == 1) {
        speeds.add(speed(work, bytes));
      }
    }
    List<Double> ratios =
        IntStream.range(0, count).mapToObj(i -> speeds.get(i) / ceilings.get(i)).toList();
    return new Row(
        what,
        bytes,
        Median.of(speeds, speed -> speed),
        ceilingOf,
        Median.of(ceilings, speed -> speed),
        Median.of(ratios, ratio -> ratio));
  }

  private static void warmUp(Work work) throws CudaException, TierException {
    long begun = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - begun < WARM_UP_NANOS);
  }

  private static double speed(Work work, long bytes) throws CudaException, TierException {
    long begun = System.nanoTime();
    work.run();
    return bytes / (double) (System.nanoTime() - begun);
  }
}
