/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.tier.nfs.io.DirectWrites;
import io.terrace.tier.nfs.io.Forcing;
import io.terrace.tier.nfs.io.IoFaults;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes chunks: into a file with a name of its own, which gets the chunk's name when it is
 * complete. So readers see all of a chunk or none, and of two writers of one chunk the second
 * replaces the first by the same. All of it may block.
 */
final class ChunkWrites {
  private final Layout layout;
  private final DirectWrites output;
  private final Forcing forcing;
  private final Sync sync;
  private final boolean unchanging;
  private final Volume volume;
  private final Room room;
  private final WritePause pause;
  private final Counters counters;

  /** What puts the bytes of a chunk into a new file. */
  @FunctionalInterface
  interface Filling {
    void into(Path part) throws IOException;
  }

  /**
   * @param forcing for folders; the output has its own
   * @param unchanging whether files lose their right to be written, so that they may be mapped
   */
  ChunkWrites(
      Layout layout,
      DirectWrites output,
      Forcing forcing,
      Sync sync,
      boolean unchanging,
      Volume volume,
      Room room,
      WritePause pause,
      Counters counters) {
    this.layout = layout;
    this.output = output;
    this.forcing = forcing;
    this.sync = sync;
    this.unchanging = unchanging;
    this.volume = volume;
    this.room = room;
    this.pause = pause;
    this.counters = counters;
  }

  /**
   * Stores a chunk, or says that there is no room.
   *
   * @throws IOException if it could not be stored, for another reason
   */
  WriteResult write(Chunk chunk, Deadline deadline) throws IOException, TierException {
    return write(
        chunk.descriptor(),
        chunk.storedBytes(),
        part -> output.write(part, List.of(chunk.header(), chunk.payload()), deadline),
        deadline);
  }

  /**
   * Stores a chunk whose bytes come some other way.
   *
   * @param bytes of header and payload
   */
  WriteResult write(ChunkDescriptor chunk, long bytes, Filling filling, Deadline deadline)
      throws IOException, TierException {
    if (!chunk.replaces() && Files.exists(layout.file(chunk.key()))) {
      counters.add(Count.WRITE_PRESENT);
      return WriteResult.PRESENT;
    }
    if (pause.isOn()) {
      return WriteResult.NO_ROOM;
    }
    try {
      if (!room.reserve(bytes, deadline)) {
        counters.add(Count.WRITE_NO_ROOM);
        return WriteResult.NO_ROOM;
      }
      publish(chunk, bytes, filling);
      pause.stored();
      return WriteResult.STORED;
    } catch (IOException e) {
      return refused(e);
    }
  }

  /** A volume that is full, or may not be written, is no failure of the request. */
  private WriteResult refused(IOException e) throws IOException {
    IoFaults fault = IoFaults.of(e);
    return switch (fault) {
      case FULL, READ_ONLY, DENIED -> {
        pause.refused(fault, IoFaults.text(e));
        yield WriteResult.NO_ROOM;
      }
      case ABSENT, STALE, LATE, OTHER -> {
        counters.add(Count.WRITE_FAILED);
        throw e;
      }
    };
  }

  private void publish(ChunkDescriptor chunk, long bytes, Filling filling)
      throws IOException, TierException {
    Path file = layout.file(chunk.key());
    Path part = layout.part(chunk.key());
    boolean stored = false;
    try {
      fill(part, filling);
      Files.setLastModifiedTime(part, Uses.ofNew(before(chunk)));
      if (unchanging) {
        Files.setPosixFilePermissions(part, Rights.UNCHANGING);
      }
      Files.move(part, file, ATOMIC_MOVE);
      stored = true;
    } finally {
      room.written(bytes, stored);
      if (!stored) {
        Files.deleteIfExists(part);
      }
    }
    if (sync == Sync.FULL) {
      forcing.folder(folder(file));
    }
    counters.add(Count.WRITE_CHUNKS);
    counters.add(Count.WRITE_BYTES, bytes);
  }

  private static int before(ChunkDescriptor chunk) {
    return chunk.startPosition() / chunk.geometry().chunkTokens();
  }

  /** Where folders are missing, the volume may be: what is written then fills another disk. */
  private void fill(Path part, Filling filling) throws IOException, TierException {
    try {
      filling.into(part);
    } catch (NoSuchFileException e) {
      volume.check();
      Path folder = folder(part);
      createFolder(folder(folder));
      createFolder(folder);
      filling.into(part);
    }
  }

  private static void createFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, Rights.FOLDER);
    } catch (FileAlreadyExistsException e) {
      return; // by another writer, or long ago
    }
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalStateException("a chunk lies below the root, and so in a folder");
    }
    return folder;
  }
}
