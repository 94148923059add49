/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.tier.nfs.io.ReadPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in files of a volume that several instances may mount. All that touches the volume happens
 * on threads of the tier.
 */
final class NfsTier implements KvTier {
  private static final int WRITERS = 1 << 16;
  private static final int ALIGNMENT = 4096;

  private final NfsSettings settings;
  private final Layout layout;
  private final Counters counters = new Counters();
  private final IoThreads threads;
  private final Volume volume;
  private final ReadPath path;
  private final ChunkFiles files;
  private final ChunkReads reads;
  private final ChunkWrites writes;
  private final Semaphore writers = new Semaphore(WRITERS);
  private volatile boolean closed;

  /**
   * Opens the tier.
   *
   * @throws IOException if the root cannot be looked at
   */
  NfsTier(NfsSettings settings) throws IOException {
    this.settings = settings;
    layout = new Layout(settings.root());
    volume = new Volume(layout, counters);
    threads = new IoThreads(settings.threads());
    path = new FileReads();
    files = new ChunkFiles(layout, path, volume, counters);
    reads = new ChunkReads(files, threads, settings.threads(), volume);
    writes = new ChunkWrites(layout, settings.sync(), counters);
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.sharedStore().withAlignment(ALIGNMENT).withConcurrency(settings.threads());
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    return !closed && call("look for " + key, deadline, () -> files.contains(key));
  }

  @Override
  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    return closed
        ? new BitSet()
        : call("look for " + keys.size() + " chunks", deadline, () -> leading(keys));
  }

  private BitSet leading(List<ChunkKey> keys) throws IOException, TierException {
    BitSet here = new BitSet(keys.size());
    for (int i = 0; i < keys.size() && files.contains(keys.get(i)); i++) {
      here.set(i);
    }
    return here;
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    if (closed) {
      return ReadOutcome.MISSING;
    }
    inTime("read " + key, deadline);
    return reads.read(key, sink, deadline);
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    if (closed) {
      requests.forEach(request -> request.done(ReadOutcome.MISSING));
    } else {
      reads.readAll(requests, deadline);
    }
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    writers.acquireUninterruptibly();
    try {
      return closed ? WriteResult.NO_ROOM : publish(chunk, deadline);
    } finally {
      writers.release();
    }
  }

  private WriteResult publish(Chunk chunk, Deadline deadline) throws TierException {
    String what = "write " + chunk.key();
    inTime(what, deadline);
    if (!ChunkReads.isForAllThreads(chunk.header())
        || !ChunkReads.isForAllThreads(chunk.payload())) {
      throw new TierException("cannot " + what + " from memory that is confined to a thread");
    }
    Stop stop = new Stop();
    Deadline stoppable = stop.deadline(deadline);
    var work = volume.guard(what, () -> writes.write(chunk, stoppable));
    return threads.submit(new Pending<>(what, work, late -> {})).finish(stop);
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    if (!closed) {
      call("remove " + key, deadline, () -> files.remove(key));
    }
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    if (closed) {
      return new Listing(List.of(), null);
    }
    ChunkKey start = after == null ? null : ChunkKey.parse(after);
    return call("list chunks", deadline, () -> part(start, limit, deadline));
  }

  private Listing part(@Nullable ChunkKey after, int limit, Deadline deadline)
      throws IOException, TierException {
    List<StoredChunk> part = new ArrayList<>();
    List<Path> folders = layout.folders();
    for (int i = after == null ? 0 : Layout.folderIndex(after); i < folders.size(); i++) {
      inTime("list chunks", deadline);
      for (StoredChunk chunk : files.list(folders.get(i), after)) {
        part.add(chunk);
        if (part.size() == limit) {
          return new Listing(part, chunk.key().hex());
        }
      }
    }
    volume.check();
    return new Listing(part, null);
  }

  @Override
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = counters.all();
    all.put("read." + path.word() + ".bytes", path.bytesRead());
    return all;
  }

  @Override
  public void close() {
    closed = true;
    writers.acquireUninterruptibly(WRITERS);
    writers.release(WRITERS);
    threads.close();
    path.close();
  }

  private <T> T call(String what, Deadline deadline, Volume.Work<T> work) throws TierException {
    inTime(what, deadline);
    return threads.call(what, deadline, volume.guard(what, work));
  }

  private static void inTime(String what, Deadline deadline) throws TierException {
    if (deadline.isOver()) {
      throw new TierException("did not " + what + ": the deadline was over before it began");
    }
  }
}
