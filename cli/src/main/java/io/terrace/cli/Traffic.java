/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.sun.management.ThreadMXBean;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Moves chunks of one size through a tier as the engine does: from pages and into pages, on threads
 * of the platform; what is read in one batch, as the chunks of a prompt are.
 */
final class Traffic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean(); // the JDK's own is no other

  private final KvTier tier;
  private final List<BenchChunks> lanes = new ArrayList<>();
  private final List<List<ChunkKey>> stored = new ArrayList<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory());

  /**
   * @param mebibytes size of a payload
   * @param depth writes at once, which is how many threads the tier should have
   */
  Traffic(KvTier tier, int mebibytes, int depth) {
    this.tier = tier;
    for (int i = 0; i < depth; i++) {
      lanes.add(BenchChunks.ofMebibytes(mebibytes));
      stored.add(new ArrayList<>());
    }
  }

  /**
   * What one run moved.
   *
   * @param bytesPerSecond payloads, by the time from the first call to the last return
   * @param heapBytes what all threads allocated for each chunk
   */
  record Speed(double bytesPerSecond, double heapBytes) {}

  /** Stores so many new chunks in each lane. */
  Speed write(int chunks) {
    List<Work> writers = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      List<Chunk> ready = lanes.get(i).next(chunks);
      List<ChunkKey> keys = stored.get(i);
      writers.add(() -> write(ready, keys));
    }
    return timed(chunks * lanes.size(), writers);
  }

  private void write(List<Chunk> chunks, List<ChunkKey> keys) throws TierException {
    for (Chunk chunk : chunks) {
      WriteResult result = tier.write(chunk, Deadline.after(PATIENCE));
      if (result != WriteResult.STORED) {
        throw new TierException("a new chunk was not stored: " + result);
      }
      keys.add(chunk.key());
    }
  }

  /** Reads all that is stored, in one batch: as many at once as the tier has threads. */
  Speed read() {
    List<BatchRead> requests = new ArrayList<>();
    for (ChunkKey key : keys()) {
      requests.add(new BatchRead(key, lanes.get(requests.size() % lanes.size()).memory()));
    }
    return timed(
        requests.size(),
        List.of(
            () -> {
              tier.readAll(requests, Deadline.after(PATIENCE));
              for (BatchRead request : requests) {
                request.requireFound();
              }
            }));
  }

  /** Removes all that is stored. */
  void clear() {
    try {
      for (List<ChunkKey> keys : stored) {
        tier.removeAll(keys, Deadline.after(PATIENCE));
        keys.clear();
      }
    } catch (TierException e) {
      throw failed(e);
    }
  }

  /** Keys of what is stored, lane by lane. */
  List<ChunkKey> keys() {
    return stored.stream().flatMap(List::stream).toList();
  }

  /** Work of one thread. */
  @FunctionalInterface
  private interface Work {
    void run() throws TierException;
  }

  private Speed timed(int chunks, List<Work> ofThreads) {
    long heap = THREADS.getTotalThreadAllocatedBytes();
    long start = System.nanoTime();
    List<Future<?>> running = new ArrayList<>();
    for (Work work : ofThreads) {
      running.add(
          threads.submit(
              () -> {
                work.run();
                return null;
              }));
    }
    try {
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw failed(Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Speed(
        chunks * lanes.get(0).payloadBytes() / seconds,
        (double) (THREADS.getTotalThreadAllocatedBytes() - heap) / chunks);
  }

  private static CliException failed(Throwable cause) {
    return CliException.failed("the tier failed: " + cause.getMessage());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    lanes.forEach(BenchChunks::close);
  }
}
