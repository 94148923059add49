/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.tier.nfs.io.DirectWrites;
import io.terrace.tier.nfs.io.Forcing;
import io.terrace.tier.nfs.io.ReadPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in files of a volume that several instances may mount. What touches the volume happens on
 * threads of the tier, since it may hang; where no server stands behind it, callers look up and
 * write by themselves.
 */
final class NfsTier implements KvTier {
  private static final System.Logger LOGGER = System.getLogger(NfsTier.class.getName());
  private static final int WRITERS = 1 << 16;
  private static final int ALIGNMENT = 4096;

  /** Chunks of a batch that are open beyond those that the threads read: no thread waits. */
  private static final int AHEAD = 4;

  /** How long a volume that hangs may hold up the end. */
  private static final Duration LAST_WRITES = Duration.ofSeconds(30);

  private final NfsSettings settings;
  private final TierContext context;
  private final VolumeFacts facts;
  private final Layout layout;
  private final Counters counters = new Counters();
  private final IoThreads threads;
  private final Volume volume;
  private final Presence presence;
  private final Uses uses;
  private final ReadPath path;
  private final DirectWrites output;
  private final ChunkFiles files;
  private final ChunkReads reads;
  private final ChunkWrites writes;
  private final Mappings mappings;
  private final Aside aside;
  private final Room room;
  private final @Nullable DeviceChunks device;
  private final Semaphore writers = new Semaphore(WRITERS);
  private volatile boolean closed;

  /**
   * Opens the tier.
   *
   * @param facts what was found out about the volume
   * @param path the way that was chosen
   * @param forcing what {@link Sync} asks for
   * @throws IOException if the root cannot be looked at
   */
  NfsTier(
      NfsSettings settings, TierContext context, VolumeFacts facts, ReadPath path, Forcing forcing)
      throws IOException {
    this.settings = settings;
    this.context = context;
    this.facts = facts;
    this.path = path;
    layout = new Layout(settings.root());
    volume = new Volume(layout, counters);
    threads = new IoThreads(settings.threads());
    presence = new Presence(settings.presenceAge(), System::nanoTime);
    files = new ChunkFiles(layout, path, volume, presence, counters);
    uses = new Uses(layout, threads, counters);
    reads = new ChunkReads(files, threads, settings.threads() + AHEAD, volume, uses);
    mappings = new Mappings(layout, volume, counters);
    aside = new Aside(layout, counters);
    Collector collector =
        new Collector(layout, volume, counters, aside, () -> closed, this::evicted);
    room = new Room(settings.capacityBytes(), layout, collector);
    output =
        new DirectWrites(facts.writesDirectly(), settings.sync() == Sync.NONE ? null : forcing);
    WritePause pause = new WritePause(layout, counters, System::nanoTime);
    boolean unchanging = facts.mapping().on();
    writes =
        new ChunkWrites(
            layout, output, forcing, settings.sync(), unchanging, volume, room, pause, counters);
    device =
        facts.usesGds(settings.gds())
            ? new DeviceChunks(
                facts.gds(), settings.sync(), layout, writes, volume, uses, presence, threads)
            : null;
  }

  private void evicted(ChunkKey key) {
    presence.saw(key, false);
    context.evicted(key);
  }

  @Override
  public Capabilities capabilities() {
    Capabilities shared =
        Capabilities.sharedStore().withAlignment(ALIGNMENT).withConcurrency(settings.threads());
    Capabilities lending = facts.mapping().on() ? shared.lending() : shared;
    return facts.isDirect() && device != null ? lending.withDirectPath() : lending;
  }

  @Override
  public @Nullable DevicePath devicePath() {
    return device;
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    return !closed && look("look for " + key, deadline, () -> isHere(key));
  }

  @Override
  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    return closed
        ? new BitSet()
        : look("look for " + keys.size() + " chunks", deadline, () -> leading(keys));
  }

  private BitSet leading(List<ChunkKey> keys) throws IOException, TierException {
    BitSet here = new BitSet(keys.size());
    for (int i = 0; i < keys.size() && isHere(keys.get(i)); i++) {
      here.set(i);
    }
    return here;
  }

  private boolean isHere(ChunkKey key) throws IOException, TierException {
    Boolean remembered = presence.find(key);
    if (remembered != null) {
      counters.add(Count.PRESENCE_REMEMBERED);
      return remembered;
    }
    return files.contains(key);
  }

  private boolean isKnownMissing(ChunkKey key) {
    boolean missing = Boolean.FALSE.equals(presence.find(key));
    if (missing) {
      counters.add(Count.PRESENCE_REMEMBERED);
    }
    return missing;
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    if (closed || isKnownMissing(key)) {
      return ReadOutcome.MISSING;
    }
    inTime("read " + key, deadline);
    return reads.read(key, sink, deadline);
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    if (closed || isKnownMissing(requests.getFirst().key())) {
      requests.forEach(request -> request.done(ReadOutcome.MISSING));
    } else if (deadline.isOver()) {
      requests.forEach(request -> request.failed(late("read " + request.key())));
    } else {
      reads.readAll(requests, deadline);
    }
  }

  @Override
  public @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
    if (closed || !facts.mapping().on() || isKnownMissing(key)) {
      return null;
    }
    String what = "map " + key;
    inTime(what, deadline);
    var work = volume.guard(what, () -> mappings.lease(key));
    Optional<Lease> lease =
        threads
            .nearest(
                facts.kind().isInMemory(),
                new Pending<>(what, work, late -> late.ifPresent(Lease::close)))
            .await(deadline);
    if (lease.isPresent()) {
      uses.used(key);
    }
    return lease.orElse(null);
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
    WriteResult result =
        threads.nearest(facts.kind().isLocal(), new Pending<>(what, work, late -> {})).finish(stop);
    presence.wrote(chunk.key(), result);
    if (result == WriteResult.STORED) {
      uses.wrote(chunk.key());
    }
    return result;
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    if (!closed) {
      change("remove " + key, deadline, false, () -> files.remove(key));
      presence.saw(key, false);
    }
  }

  @Override
  public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    if (!closed) {
      change(
          "set aside " + key,
          deadline,
          false,
          () -> {
            aside.take(key, reason);
            return true;
          });
      presence.saw(key, false);
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
  public Collected collect(Deadline deadline) throws TierException {
    return closed
        ? Collected.NOTHING
        : change("collect", deadline, Collected.NOTHING, () -> room.collect(deadline));
  }

  @Override
  public List<Finding> examine(Deadline deadline) throws TierException {
    if (closed) {
      return List.of();
    }
    Examination examination = new Examination(layout, settings, facts, files);
    return change("examine the volume", deadline, List.of(), () -> examination.run(deadline));
  }

  @Override
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = counters.all();
    all.put("read." + path.word() + ".bytes", path.bytesRead());
    if (device != null) {
      all.putAll(device.counters());
    }
    all.put("write.direct.bytes", output.directBytes());
    all.put("write.channel.bytes", output.channelBytes());
    return all;
  }

  @Override
  public void close() {
    closed = true;
    boolean ended = false;
    boolean interrupted = Thread.interrupted();
    try {
      ended = writers.tryAcquire(WRITERS, LAST_WRITES.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (ended) {
      writers.release(WRITERS);
    } else {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "a write to {0} has not ended; it is left to itself",
          layout.root());
    }
    room.close(Deadline.after(LAST_WRITES));
    if (device != null) {
      device.close();
    }
    threads.close();
    path.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> T call(String what, Deadline deadline, Volume.Work<T> work) throws TierException {
    inTime(what, deadline);
    return threads.call(what, deadline, volume.guard(what, work));
  }

  /**
   * Work that changes what is on the volume, if only for a moment. Whoever asked for it may have
   * left, at a deadline or by an interrupt: that it goes on is known to {@link #close}.
   */
  private <T> T change(String what, Deadline deadline, T closedResult, Volume.Work<T> work)
      throws TierException {
    return call(
        what,
        deadline,
        () -> {
          writers.acquireUninterruptibly();
          try {
            return closed ? closedResult : work.run();
          } finally {
            writers.release();
          }
        });
  }

  private <T> T look(String what, Deadline deadline, Volume.Work<T> work) throws TierException {
    inTime(what, deadline);
    return threads
        .nearest(facts.kind().isLocal(), new Pending<T>(what, volume.guard(what, work), late -> {}))
        .await(deadline);
  }

  private static void inTime(String what, Deadline deadline) throws TierException {
    if (deadline.isOver()) {
      throw late(what);
    }
  }

  private static TierException late(String what) {
    return new TierException("did not " + what + ": the deadline was over before it began");
  }
}
