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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Payloads between a tier's files and device memory by GPUDirect Storage; headers are read by the
 * host from the same open file. Calls block in native functions: to be made on platform threads.
 */
public final class GdsPath implements DevicePath, AutoCloseable {
  private final CuFile cuFile;
  private final String word;
  private final ChunkFiles files;
  private final int depth;
  private final boolean forced;
  private final Registrations registrations;
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder registrationFailures = new LongAdder();

  /**
   * @param gds not absent; closed by its owner, after this
   * @param files where chunks are
   * @param depth transfers of one payload that are on their way at once; 1 for one after another
   *     without batches
   * @param forced whether a file is on the device when its write returns
   */
  public GdsPath(Gds gds, ChunkFiles files, int depth, boolean forced) {
    this.cuFile = gds.cuFile();
    this.word = gds.state() == Gds.State.DIRECT ? "gds" : "gds.compatible";
    this.files = files;
    this.depth = Math.min(depth, Math.max(1, gds.properties().maxBatch()));
    this.forced = forced;
    this.registrations = new Registrations(cuFile, gds.properties().pinnedBytes());
  }

  /**
   * Bytes by the way they took, and failures. Where the library is in compatible mode, its bytes
   * are under {@code read.gds.compatible.bytes}, since they may have gone through host memory.
   */
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> counters = new TreeMap<>();
    counters.put("read." + word + ".bytes", bytesRead.sum());
    counters.put("write." + word + ".bytes", bytesWritten.sum());
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
    try (GdsFile file = GdsFile.open(cuFile, path);
        Arena arena = Arena.ofShared()) {
      MemorySegment header = file.readHeader(arena);
      long bytes = file.size() - Chunk.HEADER_BYTES;
      long address = sink.accept(header.asReadOnly(), bytes);
      if (address == 0) {
        return ReadOutcome.REFUSED;
      }
      move(CuFile.OPCODE_READ, path, file, address, bytes, deadline);
    } catch (NoSuchFileException e) {
      return ReadOutcome.MISSING;
    } catch (IOException e) {
      failures.increment();
      throw new TierException(key + " could not be read into device memory: " + e.getMessage(), e);
    }
    files.used(key);
    return ReadOutcome.FOUND;
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
    long base = registrations.base(address, bytes);
    Transfer transfer =
        new Transfer(
            cuFile,
            opcode,
            path,
            file.handle(),
            Chunk.HEADER_BYTES,
            base,
            address - base,
            opcode == CuFile.OPCODE_READ ? bytesRead : bytesWritten);
    if (depth > 1) {
      transfer.run(bytes, depth, deadline);
    } else {
      transfer.run(bytes, deadline);
    }
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
