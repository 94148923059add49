/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.terrace.spi.Chunk;
import io.terrace.spi.Deadline;
import io.terrace.spi.WriteResult;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;

/**
 * Writes chunks: into a file with a name of its own, which gets the chunk's name when it is
 * complete. So readers see all of a chunk or none, and of two writers of one chunk the second
 * replaces the first by the same. All of it may block.
 */
final class ChunkWrites {
  private static final int PIECE_BYTES = 4 << 20;

  private final Layout layout;
  private final Sync sync;
  private final Counters counters;

  ChunkWrites(Layout layout, Sync sync, Counters counters) {
    this.layout = layout;
    this.sync = sync;
    this.counters = counters;
  }

  /** Stores a chunk. */
  WriteResult write(Chunk chunk, Deadline deadline) throws IOException {
    Path file = layout.file(chunk.key());
    if (!chunk.descriptor().replaces() && Files.exists(file)) {
      counters.add(Count.WRITE_PRESENT);
      return WriteResult.PRESENT;
    }
    Path part = layout.part(chunk.key());
    try {
      fill(part, chunk, deadline);
      Files.setLastModifiedTime(part, FileTime.from(firstUse(chunk)));
      Files.move(part, file, ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    if (sync == Sync.FULL) {
      force(folder(file));
    }
    counters.add(Count.WRITE_CHUNKS);
    counters.add(Count.WRITE_BYTES, chunk.storedBytes());
    return WriteResult.STORED;
  }

  /**
   * Now, less a second for each chunk before this one in its prompt: of what was written in one go
   * the end is collected first, since it is of no use without the beginning.
   */
  private static Instant firstUse(Chunk chunk) {
    int before = chunk.descriptor().startPosition() / chunk.descriptor().geometry().chunkTokens();
    return Instant.now().minusSeconds(before);
  }

  private void fill(Path part, Chunk chunk, Deadline deadline) throws IOException {
    try (FileChannel out = create(part)) {
      append(out, chunk.header(), deadline);
      append(out, chunk.payload(), deadline);
      if (sync != Sync.NONE) {
        out.force(sync == Sync.FULL);
      }
    }
    late(deadline);
  }

  private static FileChannel create(Path part) throws IOException {
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      return FileChannel.open(part, options, Rights.FILE);
    } catch (NoSuchFileException e) {
      Path folder = folder(part);
      createFolder(folder(folder));
      createFolder(folder);
      return FileChannel.open(part, options, Rights.FILE);
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

  private static void append(FileChannel out, MemorySegment bytes, Deadline deadline)
      throws IOException {
    ByteBuffer buffer = bytes.asByteBuffer();
    while (buffer.position() < bytes.byteSize()) {
      late(deadline);
      buffer.limit((int) Math.min(bytes.byteSize(), (long) buffer.position() + PIECE_BYTES));
      out.write(buffer);
    }
  }

  private static void late(Deadline deadline) throws InterruptedIOException {
    if (deadline.isOver()) {
      throw new InterruptedIOException("the deadline is over");
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel opened = FileChannel.open(folder)) {
      opened.force(true);
    }
  }
}
