/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.DeviceFigures.Row;
import io.terrace.device.DeviceMemory;
import io.terrace.device.DevicePage;
import io.terrace.device.DirectPages;
import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.CudaStream;
import io.terrace.loader.InspectedTier;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.KvTier;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chunks between files of a volume and a device, through the memory of the host and past it. */
final class DeviceFiles implements AutoCloseable {
  /** How the rows name the ways past the host's memory. */
  static final String STRAIGHT = "GPUDirect Storage";

  private static final String NOT_REGISTERED = STRAIGHT + ", not registered";
  private static final String COMPATIBLE = "cuFile's compatible mode";
  private static final String BY_HOST = "through the host";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int THREADS = 4;

  private final DirectPages pages;
  private final PagePool host;
  private final CudaStream stream;
  private final Rounds rounds;
  private final BenchVolume volume;
  private final InspectedTier opened;
  private final KvTier tier;

  /**
   * @param host whose pages the device's memory knows, and has pinned
   * @param root a folder of the volume; what is made in it is deleted
   */
  DeviceFiles(DeviceMemory memory, PagePool host, CudaStream stream, Path root, Rounds rounds) {
    this.pages = memory.direct();
    this.host = host;
    this.stream = stream;
    this.rounds = rounds;
    volume = BenchVolume.create(root, Map.of("gds", "on"));
    opened = volume.open("files", THREADS);
    tier = opened.tier();
  }

  private static Deadline soon() {
    return Deadline.after(PATIENCE);
  }

  /** All ways there are, for chunks of one size. */
  List<Row> measure(int mebibytes) throws CudaException, TierException {
    try (BenchChunks chunks = BenchChunks.ofMebibytes(mebibytes)) {
      PageGeometry geometry = chunks.geometry();
      DevicePage there = pages.take(geometry);
      if (there == null) {
        throw CliException.failed("the device has no room for a page of " + mebibytes + " MiB");
      }
      PooledPage here = host.allocate(geometry);
      try {
        return new OneSize(chunks, here, there).measure();
      } finally {
        here.release();
        pages.giveBack(there);
      }
    }
  }

  /** One page on each side, and a file. */
  private final class OneSize {
    private final BenchChunks chunks;
    private final PooledPage here;
    private final DevicePage there;
    private final long bytes;
    private final List<Row> rows = new ArrayList<>();

    OneSize(BenchChunks chunks, PooledPage here, DevicePage there) {
      this.chunks = chunks;
      this.here = here;
      this.there = there;
      bytes = chunks.payloadBytes();
    }

    List<Row> measure() throws CudaException, TierException {
      ChunkKey key = stored(chunks.next());
      Rounds.Work readByHost = () -> readByHost(key);
      Rounds.Work writeByHost = () -> writeByHost();
      row("file to device, " + BY_HOST, readByHost, "file to host", () -> readToHost(key));
      row("device to file, " + BY_HOST, writeByHost, "host to file", () -> writeFromHost());
      DevicePath path = tier.devicePath();
      if (path != null) {
        boolean isCompatible = tier.counters().containsKey("read.gds.compatible.bytes");
        if (!isCompatible) {
          row("file to device, " + NOT_REGISTERED, () -> read(path, key), BY_HOST, readByHost);
        }
        String way = isCompatible ? COMPATIBLE : STRAIGHT;
        path.register(there.address(), bytes);
        Rounds.Work read = () -> read(path, key);
        row("file to device, " + way, read, BY_HOST, readByHost);
        row(
            "file to device, checked, copied to the host",
            () -> {
              read.run();
              pages.bringToHost(there, here);
            },
            way,
            read);
        row("device to file, " + way, () -> write(path), BY_HOST, writeByHost);
        path.unregister(there.address());
      }
      tier.remove(key, soon());
      return rows;
    }

    private void row(String what, Rounds.Work work, String ceilingOf, Rounds.Work ceiling)
        throws CudaException, TierException {
      rows.add(rounds.row(what, bytes, work, ceilingOf, ceiling));
    }

    private void readToHost(ChunkKey key) throws TierException {
      expect(key, tier.read(key, (header, length) -> here.segment().asSlice(0, length), soon()));
    }

    private void readByHost(ChunkKey key) throws CudaException, TierException {
      readToHost(key);
      stream.copyToDevice(there.address(), here.segment().asSlice(0, bytes));
      stream.synchronize();
    }

    private void read(DevicePath path, ChunkKey key) throws TierException {
      expect(key, path.read(key, (header, length) -> there.address(), soon()));
    }

    private void writeFromHost() throws TierException {
      tier.remove(stored(chunks.next()), soon());
    }

    private void writeByHost() throws CudaException, TierException {
      stream.copyToHost(chunks.memory().asSlice(0, bytes), there.address());
      stream.synchronize();
      writeFromHost();
    }

    private void write(DevicePath path) throws TierException {
      Chunk chunk = chunks.next();
      WriteResult result =
          path.write(chunk.descriptor(), chunk.header(), there.address(), bytes, soon());
      expect(chunk.key(), result);
      tier.remove(chunk.key(), soon());
    }
  }

  private ChunkKey stored(Chunk chunk) throws TierException {
    expect(chunk.key(), tier.write(chunk, soon()));
    return chunk.key();
  }

  private static void expect(ChunkKey key, Object outcome) throws TierException {
    if (outcome != ReadOutcome.FOUND && outcome != WriteResult.STORED) {
      throw new TierException("chunk " + key + ": " + outcome);
    }
  }

  @Override
  public void close() {
    opened.close();
    volume.close();
  }
}
