/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tries the ways of reading in a folder, by a file of its own that it writes, reads, compares,
 * times and removes, and chooses one.
 */
public final class ReadPathProbe {
  /** The last block is not whole, as in real files. */
  private static final long FILE_BYTES = (8L << 20) + 1000;

  private static final long BUFFER_BYTES = 10L << 20;
  private static final int ROUNDS = 3;

  private final Path folder;
  private final int uringDepth;
  private final Deadline deadline;

  private ReadPathProbe(Path folder, int uringDepth, Deadline deadline) {
    this.folder = folder;
    this.uringDepth = uringDepth;
    this.deadline = deadline;
  }

  /**
   * Tries the ways in a folder. Takes tens of milliseconds on a local disk; hangs where the file
   * system does.
   *
   * @param folder where the files will be; must be writable for other ways than the channel
   * @param wanted the setting
   * @param uringDepth as for {@link UringReads}
   * @param deadline looked at between pieces of a few MiB; a way that is over time is refused
   */
  public static ReadPaths run(Path folder, ReadWay wanted, int uringDepth, Deadline deadline) {
    return new ReadPathProbe(folder, uringDepth, deadline).run(wanted);
  }

  private ReadPaths run(ReadWay wanted) {
    Path file =
        folder.resolve(".probe-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    DirectWrites writes = new DirectWrites(true, Forcing.SYSTEM);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment content = content(arena);
      writes.write(file, List.of(content), deadline);
      List<ReadPaths.Trial> trials = tryAll(file, content);
      return ReadPaths.choose(wanted, trials, writes.directBytes() > 0, uringDepth);
    } catch (IOException e) {
      return ReadPaths.channelOnly(wanted, IoFaults.text(e), uringDepth);
    } finally {
      remove(file);
    }
  }

  private List<ReadPaths.Trial> tryAll(Path file, MemorySegment content) {
    List<ReadPaths.Trial> trials = new ArrayList<>();
    for (ReadWay way : List.of(ReadWay.CHANNEL, ReadWay.DIRECT, ReadWay.URING)) {
      try (ReadPath path = ReadPaths.open(way, uringDepth)) {
        trials.add(ReadPaths.Trial.works(way, megabytesPerSecond(path, file, content)));
      } catch (IOException e) {
        trials.add(ReadPaths.Trial.refused(way, IoFaults.text(e)));
      }
    }
    return trials;
  }

  /** The best of a few rounds, from the device as far as the page cache can be emptied. */
  private long megabytesPerSecond(ReadPath path, Path file, MemorySegment content)
      throws IOException {
    boolean linux = Posix.absence().isEmpty();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment fresh = linux ? Posix.mapFresh(BUFFER_BYTES) : arena.allocate(BUFFER_BYTES);
      try {
        MemorySegment target = fresh.asSlice(0, FILE_BYTES);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
          dropCache(file);
          target.fill((byte) 0);
          best = Math.min(best, nanosOfRead(path, file, target));
          if (content.mismatch(target) >= 0) {
            throw new IOException("other bytes came back at " + content.mismatch(target));
          }
        }
        return FILE_BYTES * 1000 / Math.max(1, best);
      } finally {
        if (linux) {
          Posix.unmap(fresh);
        }
      }
    }
  }

  private long nanosOfRead(ReadPath path, Path file, MemorySegment target) throws IOException {
    long start = System.nanoTime();
    try (ReadableFile open = path.open(file)) {
      open.read(0, target, deadline);
    }
    return System.nanoTime() - start;
  }

  private static void dropCache(Path file) throws IOException {
    if (Posix.absence().isEmpty()) {
      int descriptor = Posix.open(file, Posix.O_RDONLY, 0);
      try {
        Posix.dropCache(descriptor, file);
      } finally {
        Posix.close(descriptor, file);
      }
    }
  }

  private static MemorySegment content(Arena arena) {
    MemorySegment content = arena.allocate(FILE_BYTES, Posix.BLOCK_BYTES);
    SplittableRandom random = new SplittableRandom();
    for (long at = 0; at < FILE_BYTES; at += Long.BYTES) {
      content.set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
    return content;
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger(ReadPathProbe.class.getName())
          .log(System.Logger.Level.WARNING, "The probe file {0} is left: {1}", file, e);
    }
  }
}
