/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.tier.nfs.io.IoFaults;
import io.terrace.tier.nfs.io.ReadPath;
import io.terrace.tier.nfs.io.ReadableFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of chunks: finding, opening, listing and removing them. A file is opened anew for every
 * read: NFS shows what others wrote before an open, and not always what they wrote since (nfs(5),
 * "close-to-open cache consistency"). All of it may block.
 */
final class ChunkFiles {
  private static final int ALIGNMENT = 4096;

  /** How often a file is opened that goes while it is opened. */
  private static final int ATTEMPTS = 3;

  private final Layout layout;
  private final ReadPath path;
  private final Volume volume;
  private final Presence presence;
  private final Counters counters;

  ChunkFiles(Layout layout, ReadPath path, Volume volume, Presence presence, Counters counters) {
    this.layout = layout;
    this.path = path;
    this.volume = volume;
    this.presence = presence;
    this.counters = counters;
  }

  /** Whether a chunk's file is there. */
  boolean contains(ChunkKey key) throws IOException, TierException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(layout.file(key), BasicFileAttributes.class);
      presence.saw(key, attributes.isRegularFile());
      return attributes.isRegularFile();
    } catch (NoSuchFileException e) {
      volume.missed();
      presence.saw(key, false);
      return false;
    }
  }

  /** Opens a chunk that is there, and reads its header. */
  Optional<OpenChunk> open(ChunkKey key) throws IOException, TierException {
    Path file = layout.file(key);
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<OpenChunk> opened = Optional.of(open(key, file));
        presence.saw(key, true);
        return opened;
      } catch (NoSuchFileException e) {
        volume.missed();
        presence.saw(key, false);
        return Optional.empty();
      } catch (IOException e) {
        if (IoFaults.of(e) != IoFaults.STALE || attempt == ATTEMPTS) {
          throw e;
        }
        counters.add(Count.MISS_STALE); // removed or replaced since its name was looked up
      }
    }
  }

  private OpenChunk open(ChunkKey key, Path file) throws IOException {
    ReadableFile opened = path.open(file);
    try {
      long headerBytes = Math.min(opened.size(), ChunkHeader.BYTES);
      MemorySegment header =
          Arena.ofAuto().allocate(ChunkHeader.BYTES, ALIGNMENT).asSlice(0, headerBytes);
      opened.read(0, header, Deadline.NEVER);
      return new OpenChunk(key, opened, header);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /** Reads a chunk's payload, and closes its file. */
  void fill(OpenChunk chunk, MemorySegment target, Deadline deadline) throws IOException {
    chunk.fill(target, deadline);
    counters.add(Count.READ_CHUNKS);
  }

  /** Removes a chunk's file; returns whether it was there. */
  boolean remove(ChunkKey key) throws IOException {
    boolean removed = Files.deleteIfExists(layout.file(key));
    if (removed) {
      counters.add(Count.REMOVED_CHUNKS);
    }
    return removed;
  }

  /** The chunks of one folder behind a key, in the order of their keys. */
  List<StoredChunk> list(Path folder, @Nullable ChunkKey after) throws IOException {
    List<ChunkKey> keys = new ArrayList<>();
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path each : names) {
        ChunkKey key = Layout.key(each);
        if (key != null && (after == null || key.compareTo(after) > 0)) {
          keys.add(key);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(keys);
    List<StoredChunk> chunks = new ArrayList<>(keys.size());
    for (ChunkKey key : keys) {
      StoredChunk chunk = stored(key);
      if (chunk != null) {
        chunks.add(chunk);
      }
    }
    return chunks;
  }

  private @Nullable StoredChunk stored(ChunkKey key) throws IOException {
    try {
      var attributes = Files.readAttributes(layout.file(key), BasicFileAttributes.class);
      return new StoredChunk(key, attributes.size(), attributes.lastModifiedTime().toInstant());
    } catch (NoSuchFileException e) {
      return null; // it went a moment ago
    }
  }
}
