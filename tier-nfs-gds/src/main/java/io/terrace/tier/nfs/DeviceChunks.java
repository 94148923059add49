/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.tier.nfs.gds.DeviceFiles;
import io.terrace.tier.nfs.gds.Gds;
import io.terrace.tier.nfs.gds.GdsPath;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;

/**
 * The way of payloads to device memory and back, on threads of the tier: which device memory is
 * given back to its caller when nothing is on its way there any more.
 */
final class DeviceChunks implements DevicePath, AutoCloseable {
  /** Transfers of one payload that are on their way at once. */
  private static final int DEPTH = 8;

  private static final int CALLS = 1 << 16;

  private final Gds gds;
  private final GdsPath path;
  private final IoThreads threads;
  private final Semaphore calls = new Semaphore(CALLS);
  private volatile boolean closed;

  /**
   * @param gds not absent; closed with this
   */
  DeviceChunks(
      Gds gds,
      Sync sync,
      Layout layout,
      ChunkWrites writes,
      Volume volume,
      Uses uses,
      Presence presence,
      IoThreads threads) {
    this.gds = gds;
    this.threads = threads;
    Files files = new Files(layout, writes, volume, uses, presence);
    path = new GdsPath(gds, files, threads.executor(), DEPTH, sync != Sync.NONE);
  }

  private record Files(
      Layout layout, ChunkWrites writes, Volume volume, Uses uses, Presence presence)
      implements DeviceFiles {
    @Override
    public Path file(ChunkKey key) {
      return layout.file(key);
    }

    @Override
    public void used(ChunkKey key) {
      uses.used(key);
    }

    @Override
    public WriteResult store(ChunkDescriptor chunk, long bytes, Content content, Deadline deadline)
        throws TierException {
      WriteResult result =
          volume.call(
              "write " + chunk.key(), () -> writes.write(chunk, bytes, content::write, deadline));
      presence.wrote(chunk.key(), result);
      return result;
    }
  }

  @Override
  public void register(long deviceAddress, long bytes) throws TierException {
    path.register(deviceAddress, bytes);
  }

  @Override
  public void unregister(long deviceAddress) {
    path.unregister(deviceAddress);
  }

  @Override
  public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException {
    return unlessClosed(
        "read " + key, ReadOutcome.MISSING, deadline, () -> path.read(key, sink, deadline));
  }

  @Override
  public WriteResult write(
      ChunkDescriptor chunk,
      MemorySegment header,
      long deviceAddress,
      long payloadBytes,
      Deadline deadline)
      throws TierException {
    String what = "write " + chunk.key();
    return unlessClosed(
        what,
        WriteResult.NO_ROOM,
        deadline,
        () -> {
          Stop stop = new Stop();
          Deadline stoppable = stop.deadline(deadline);
          Callable<WriteResult> write =
              () -> path.write(chunk, header, deviceAddress, payloadBytes, stoppable);
          return threads.submit(new Pending<>(what, write, late -> {})).finish(stop);
        });
  }

  private interface Work<T> {
    T run() throws TierException;
  }

  private <T> T unlessClosed(String what, T whenClosed, Deadline deadline, Work<T> work)
      throws TierException {
    calls.acquireUninterruptibly();
    try {
      if (closed) {
        return whenClosed;
      }
      if (deadline.isOver()) {
        throw new TierException("did not " + what + ": the deadline was over before it began");
      }
      return work.run();
    } finally {
      calls.release();
    }
  }

  SortedMap<String, Long> counters() {
    return path.counters();
  }

  /** Waits for transfers: a library that is closed under them ends the process. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    calls.acquireUninterruptibly(CALLS);
    calls.release(CALLS);
    path.close();
    gds.close();
  }
}
