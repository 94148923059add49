/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Lease;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.CompactPage;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import io.terrace.tier.nfs.io.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lends chunks in place, by mapping their files: only those that nobody may write any more, whose
 * payload lies there as in a page. A tail, which is shorter, is lent as a copy. Safe for use by
 * several threads; all of it may block.
 */
final class Mappings {
  private static final System.Logger LOGGER = System.getLogger(Mappings.class.getName());
  private static final int ALIGNMENT = 4096;

  private final Layout layout;
  private final Volume volume;
  private final Counters counters;
  private final Map<ChunkKey, MappedPage> lent = new ConcurrentHashMap<>();

  Mappings(Layout layout, Volume volume, Counters counters) {
    this.layout = layout;
    this.volume = volume;
    this.counters = counters;
  }

  /** Lends a chunk that is there and can be lent. */
  Optional<Lease> lease(ChunkKey key) throws IOException, TierException {
    Path file = layout.file(key);
    PosixFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, PosixFileAttributes.class);
    } catch (NoSuchFileException e) {
      volume.missed();
      return Optional.empty();
    }
    if (!attributes.permissions().equals(Rights.UNCHANGING)
        || attributes.size() < ChunkHeader.BYTES) {
      return Optional.empty(); // written by an instance that maps nothing, or cut
    }
    MappedPage before = lent.get(key);
    if (before != null && before.file().equals(fileKey(attributes)) && before.tryRetain()) {
      return Optional.of(new Lease(before.header(), before));
    }
    MappedPage page = map(key, file, attributes);
    return page == null ? Optional.empty() : Optional.of(new Lease(page.header(), page));
  }

  private static Object fileKey(PosixFileAttributes attributes) {
    Object key = attributes.fileKey(); // device and inode, which is not used again while mapped
    return key == null ? attributes.creationTime() : key;
  }

  private @Nullable MappedPage map(ChunkKey key, Path file, PosixFileAttributes attributes)
      throws IOException {
    MemorySegment all;
    try {
      all = Posix.mapFile(file, attributes.size());
    } catch (NoSuchFileException e) {
      return null;
    }
    MappedPage page = null;
    try {
      page = page(key, all, fileKey(attributes));
    } finally {
      if (page == null) {
        unmap(all);
      }
    }
    if (page != null) {
      lent.put(key, page);
    }
    return page;
  }

  private @Nullable MappedPage page(ChunkKey key, MemorySegment all, Object file) {
    MemorySegment memory = all.asSlice(0, ChunkHeader.BYTES);
    MemorySegment payload = all.asSlice(ChunkHeader.BYTES);
    ChunkHeader header = new ChunkHeader(memory);
    if (header.fault(payload.byteSize()) != null
        || header.encoding() != Encoding.RAW
        || header.protection() == Protection.AES_256_GCM
        || header.kind() == ChunkKind.REFERENCE) {
      return null; // to be read, which finds out what is wrong with it
    }
    PageGeometry geometry = header.geometry();
    if (header.positions() == geometry.chunkTokens()) {
      counters.add(Count.LEASE_MAPPED);
      return new MappedPage(memory, payload, geometry, file, page -> end(key, page, all));
    }
    Arena copy = Arena.ofShared();
    MemorySegment page = copy.allocate(geometry.pageBytes(), ALIGNMENT);
    CompactPage.unpack(geometry, header.positions(), payload, page);
    counters.add(Count.LEASE_COPIED);
    return new MappedPage(
        memory,
        page.asReadOnly(),
        geometry,
        file,
        ended -> {
          end(key, ended, all);
          copy.close();
        });
  }

  private void end(ChunkKey key, MappedPage page, MemorySegment all) {
    lent.remove(key, page);
    unmap(all);
  }

  private static void unmap(MemorySegment all) {
    try {
      Posix.unmap(all);
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "a mapping stays until the process ends: {0}", e);
    }
  }
}
