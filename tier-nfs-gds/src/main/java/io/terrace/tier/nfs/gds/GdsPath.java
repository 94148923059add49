/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Payloads between a tier's files and device memory by GPUDirect Storage; headers are read by the
 * host from the same open file. Reads block on the threads that it is given, and ask their sink on
 * the caller's; a write blocks where {@link DeviceFiles#store} calls for its content.
 */
public final class GdsPath implements DevicePath, AutoCloseable {
  /**
   * A chunk's file that is open.
   *
   * @param bytes of the payload
   */
  private record Payload(GdsFile file, MemorySegment header, long bytes) {
    static Payload open(CuFile cuFile, Path path) throws IOException {
      GdsFile file = GdsFile.open(cuFile, path);
      try {
        MemorySegment header = file.readHeader(Arena.ofAuto());
        return new Payload(file, header, file.size() - Chunk.HEADER_BYTES);
      } catch (IOException e) {
        file.close();
        throw e;
      }
    }
  }

  /** How bytes move, by the word that counters have for it. */
  private enum Way {
    DIRECT("gds"),
    BOUNCED("gds.bounced"), // by a buffer of the library on the device
    COMPATIBLE("gds.compatible"); // perhaps by host memory

    private final String word;

    Way(String word) {
      this.word = word;
    }
  }

  private record Moved(LongAdder read, LongAdder written) {}

  private final CuFile cuFile;
  private final boolean isCompatible;
  private final DeviceFiles files;
  private final Executor threads;
  private final int depth;
  private final boolean forced;
  private final Registrations registrations;
  private final Map<Way, Moved> moved = new EnumMap<>(Way.class);
  private final LongAdder failures = new LongAdder();
  private final LongAdder registrationFailures = new LongAdder();

  /**
   * @param gds not absent; closed by its owner, after this
   * @param files where chunks are
   * @param threads platform threads for what blocks in native functions
   * @param depth transfers of one payload that are on their way at once; 1 for one after another
   *     without batches
   * @param forced whether a file is on the device when its write returns
   */
  public GdsPath(Gds gds, DeviceFiles files, Executor threads, int depth, boolean forced) {
    this.cuFile = gds.cuFile();
    this.isCompatible = gds.state() != Gds.State.DIRECT;
    for (Way way : Way.values()) {
      moved.put(way, new Moved(new LongAdder(), new LongAdder()));
    }
    this.files = files;
    this.threads = threads;
    this.depth = Math.min(depth, Math.max(1, gds.properties().maxBatch()));
    this.forced = forced;
    this.registrations = new Registrations(cuFile, gds.properties().pinnedBytes());
  }

  /**
   * Bytes by the way they took, and failures: {@code read.gds.bytes} went straight, {@code
   * read.gds.bounced.bytes} to memory that is not registered, by a buffer of the library on the
   * device; where the library is in compatible mode, {@code read.gds.compatible.bytes} may have
   * gone through host memory.
   */
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> counters = new TreeMap<>();
    moved.forEach(
        (way, bytes) -> {
          if (isCompatible == (way == Way.COMPATIBLE)) {
            counters.put("read." + way.word + ".bytes", bytes.read().sum());
            counters.put("write." + way.word + ".bytes", bytes.written().sum());
          }
        });
    String word = (isCompatible ? Way.COMPATIBLE : Way.DIRECT).word;
    counters.put(word + ".failures", failures.sum());
    counters.put(word + ".registration.failures", registrationFailures.sum());
    return counters;
  }

  @Override
  public void register(long deviceAddress, long bytes) throws TierException {
    try {
      registrations.add(deviceAddress, bytes);
    } catch (CuFileException | IllegalArgumentException e) {
      registrationFailures.increment();
      throw new TierException(
          bytes + " bytes of device memory could not be registered: " + e.getMessage(), e);
    }
  }

  @Override
  public void unregister(long deviceAddress) {
    try {
      registrations.remove(deviceAddress);
    } catch (CuFileException e) {
      noteLeft(e);
    }
  }

  @Override
  public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException {
    Path path = files.file(key);
    Payload payload;
    try {
      payload = awaitOpen(key, path, deadline);
    } catch (NoSuchFileException e) {
      return ReadOutcome.MISSING;
    } catch (IOException e) {
      throw failed(key, e);
    }
    long address = 0;
    try {
      address = sink.accept(payload.header().asReadOnly(), payload.bytes());
    } finally {
      if (address == 0) {
        closeLater(payload);
      }
    }
    if (address == 0) {
      return ReadOutcome.REFUSED;
    }
    fill(key, path, payload, address, deadline);
    files.used(key);
    return ReadOutcome.FOUND;
  }

  /** Opens a file on another thread; one that comes too late is closed there. */
  private Payload awaitOpen(ChunkKey key, Path path, Deadline deadline)
      throws IOException, TierException {
    CompletableFuture<Payload> opening = begin(() -> Payload.open(cuFile, path));
    try {
      return opening.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      closeOnceOpen(opening);
      failures.increment();
      throw new TierException(key + " was not opened by the deadline", e);
    } catch (InterruptedException e) {
      closeOnceOpen(opening);
      Thread.currentThread().interrupt();
      throw new TierException("interrupted while " + key + " was opened", e);
    } catch (ExecutionException e) {
      throw ioException(e.getCause());
    }
  }

  /** Fills device memory on another thread, to whose end it waits: nothing may be moved later. */
  private void fill(ChunkKey key, Path path, Payload payload, long address, Deadline deadline)
      throws TierException {
    CompletableFuture<Boolean> moving;
    try {
      moving =
          begin(
              () -> {
                try (GdsFile file = payload.file()) {
                  move(CuFile.OPCODE_READ, path, file, address, payload.bytes(), deadline);
                }
                return true;
              });
    } catch (TierException e) {
      close(payload);
      throw e;
    }
    try {
      moving.join();
    } catch (CompletionException e) {
      throw failed(key, ioException(e.getCause()));
    }
  }

  private <T> CompletableFuture<T> begin(Callable<T> work) throws TierException {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      threads.execute(
          () -> {
            try {
              result.complete(work.call());
            } catch (Throwable e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      throw new TierException("the tier is closed", e);
    }
    return result;
  }

  private static void closeOnceOpen(CompletableFuture<Payload> opening) {
    CompletableFuture<Void> ignored = opening.thenAccept(GdsPath::close); // logs what fails
  }

  private void closeLater(Payload payload) {
    try {
      threads.execute(() -> close(payload));
    } catch (RejectedExecutionException e) {
      close(payload);
    }
  }

  private static void close(Payload payload) {
    try {
      payload.file().close();
    } catch (IOException e) {
      System.getLogger(GdsPath.class.getName())
          .log(System.Logger.Level.WARNING, "A file that was read could not be closed: {0}", e);
    }
  }

  private TierException failed(ChunkKey key, IOException cause) {
    failures.increment();
    String what = key + " could not be read into device memory: " + cause.getMessage();
    return new TierException(what, cause);
  }

  private static IOException ioException(@Nullable Throwable cause) {
    return cause instanceof IOException e ? e : new IOException(String.valueOf(cause), cause);
  }

  @Override
  public WriteResult write(
      ChunkDescriptor chunk,
      MemorySegment header,
      long deviceAddress,
      long payloadBytes,
      Deadline deadline)
      throws TierException {
    long bytes = Chunk.HEADER_BYTES + payloadBytes;
    return files.store(
        chunk,
        bytes,
        temporary -> {
          try (GdsFile file = GdsFile.create(cuFile, temporary)) {
            file.writeHeader(header);
            move(CuFile.OPCODE_WRITE, temporary, file, deviceAddress, payloadBytes, deadline);
            file.finish(bytes, forced);
          } catch (IOException e) {
            failures.increment();
            throw e;
          }
        },
        deadline);
  }

  private void move(
      int opcode, Path path, GdsFile file, long address, long bytes, Deadline deadline)
      throws IOException {
    OptionalLong registered = registrations.base(address, bytes);
    long base = registered.orElse(address);
    Moved counted = Objects.requireNonNull(moved.get(way(registered.isPresent())));
    Transfer transfer =
        new Transfer(
            cuFile,
            opcode,
            path,
            file.handle(),
            Chunk.HEADER_BYTES,
            base,
            address - base,
            opcode == CuFile.OPCODE_READ ? counted.read() : counted.written());
    cuFile
        .contexts()
        .in(
            address,
            () -> {
              if (depth > 1) {
                transfer.run(bytes, depth, deadline);
              } else {
                transfer.run(bytes, deadline);
              }
            });
  }

  private Way way(boolean isRegistered) {
    return isCompatible ? Way.COMPATIBLE : isRegistered ? Way.DIRECT : Way.BOUNCED;
  }

  /** Takes all registrations back. */
  @Override
  public void close() {
    try {
      registrations.clear();
    } catch (CuFileException e) {
      noteLeft(e);
    }
  }

  private void noteLeft(CuFileException cause) {
    registrationFailures.increment();
    System.getLogger(GdsPath.class.getName())
        .log(System.Logger.Level.WARNING, "Device memory stays registered with cuFile: {0}", cause);
  }
}
