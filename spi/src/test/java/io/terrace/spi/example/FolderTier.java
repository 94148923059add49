/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.example;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Each chunk a file of one folder, named by its key: an example of a tier that is durable and
 * shared. It keeps every rule of the contract; it does not force files to the disk, and a disk that
 * hangs makes its reads late.
 */
public final class FolderTier implements KvTier {
  private static final int WRITERS = 16;

  private final Path folder;
  private final Semaphore writers = new Semaphore(WRITERS);
  private volatile boolean closed;

  public FolderTier(Path folder) {
    this.folder = folder;
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.sharedStore().withConcurrency(WRITERS);
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    return unlessGone("look for " + key, false, () -> Files.size(file(key)) >= 0);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    return unlessGone("read " + key, ReadOutcome.MISSING, () -> read(file(key), sink));
  }

  private static ReadOutcome read(Path file, ChunkSink sink) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      long bytes = in.size();
      long headerBytes = Math.min(bytes, ChunkHeader.BYTES); // fewer if the file was cut
      MemorySegment header = Arena.ofAuto().allocate(ChunkHeader.BYTES).asSlice(0, headerBytes);
      fill(header, in);
      MemorySegment payload = sink.ask(header, bytes - headerBytes);
      return payload == null ? ReadOutcome.REFUSED : fill(payload, in);
    }
  }

  private static ReadOutcome fill(MemorySegment memory, FileChannel in) throws IOException {
    ByteBuffer buffer = memory.asByteBuffer();
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        throw new EOFException("the file became shorter");
      }
    }
    return ReadOutcome.FOUND;
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    try {
      if (!writers.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw new TierException("no time left to write " + chunk.key());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException("interrupted, did not write " + chunk.key(), e);
    }
    try {
      return closed ? WriteResult.NO_ROOM : publish(chunk, file(chunk.key()));
    } catch (IOException e) {
      throw new TierException("cannot write " + chunk.key(), e);
    } finally {
      writers.release();
    }
  }

  private WriteResult publish(Chunk chunk, Path file) throws IOException {
    if (Files.exists(file) && !chunk.descriptor().replaces()) {
      return WriteResult.PRESENT;
    }
    Path part = folder.resolve(UUID.randomUUID() + ".part");
    try (FileChannel out = FileChannel.open(part, CREATE_NEW, WRITE)) {
      ByteBuffer[] bytes = {chunk.header().asByteBuffer(), chunk.payload().asByteBuffer()};
      while (bytes[0].hasRemaining() || bytes[1].hasRemaining()) {
        out.write(bytes);
      }
      Files.move(part, file, ATOMIC_MOVE); // readers see all of it or nothing
      return WriteResult.STORED;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    unlessGone("remove " + key, false, () -> Files.deleteIfExists(file(key)));
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    Listing none = new Listing(List.of(), null);
    return unlessGone("list the folder", none, () -> list(after == null ? "" : after, limit));
  }

  private Listing list(String after, int limit) throws IOException {
    List<StoredChunk> part = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(Path::toFile)
          .filter(file -> file.getName().length() == 64 && file.getName().compareTo(after) > 0)
          .sorted()
          .limit(limit)
          .forEach(file -> part.add(stored(file)));
    }
    return new Listing(part, part.size() < limit ? null : part.getLast().key().hex());
  }

  private static StoredChunk stored(File file) { // of length 0 if it went a moment ago
    Instant lastUse = Instant.ofEpochMilli(file.lastModified());
    return new StoredChunk(ChunkKey.parse(file.getName()), file.length(), lastUse);
  }

  @Override
  public void close() {
    writers.acquireUninterruptibly(WRITERS); // waits for those that write
    closed = true;
    writers.release(WRITERS);
  }

  private Path file(ChunkKey key) {
    return folder.resolve(key.hex());
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T unlessGone(String what, T otherwise, Work<T> work) throws TierException {
    try {
      return closed ? otherwise : work.run();
    } catch (NoSuchFileException e) {
      return otherwise;
    } catch (IOException e) {
      throw new TierException("cannot " + what, e);
    }
  }
}
