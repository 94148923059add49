/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.terrace.spi.ChunkKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Chunks that were damaged, kept for a person to look at: each a file beside another one with the
 * reason. The oldest go when they become too many, too large or too old. All of it may block.
 */
final class Aside {
  private static final int MOST_FILES = 64;
  private static final long MOST_BYTES = 1L << 30;
  private static final Duration OLDEST = Duration.ofDays(7);

  private final Layout layout;
  private final Counters counters;

  Aside(Layout layout, Counters counters) {
    this.layout = layout;
    this.counters = counters;
  }

  /** Takes a chunk out of sight, if it is there. */
  void take(ChunkKey key, String reason) throws IOException {
    String name = key.hex() + "." + UUID.randomUUID().toString().substring(0, 8);
    Path moved = layout.aside().resolve(name);
    if (!Files.exists(layout.file(key))) {
      return;
    }
    createFolder();
    try {
      Files.move(layout.file(key), moved, ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return; // another instance was faster
    }
    counters.add(Count.ASIDE_CHUNKS);
    Path text = layout.aside().resolve(name + ".txt");
    try (var out =
        Files.newByteChannel(
            text, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Rights.FILE)) {
      out.write(StandardCharsets.UTF_8.encode(reason + "\n"));
    }
    trim(Instant.now());
  }

  private void createFolder() throws IOException {
    try {
      Files.createDirectory(layout.aside(), Rights.FOLDER);
    } catch (FileAlreadyExistsException e) {
      return; // as it should be
    }
  }

  /**
   * Removes what is beyond the limits.
   *
   * @param now by the volume's clock
   * @return bytes that came free
   */
  long trim(Instant now) throws IOException {
    List<Kept> all = all();
    all.sort(Comparator.comparing(Kept::since).reversed());
    long bytes = 0;
    long freed = 0;
    for (int i = 0; i < all.size(); i++) {
      Kept each = all.get(i);
      bytes += each.bytes();
      boolean old = each.since().isBefore(now.minus(OLDEST));
      if ((old || i >= 2 * MOST_FILES || bytes > MOST_BYTES) && Files.deleteIfExists(each.file())) {
        freed += each.bytes();
      }
    }
    return freed;
  }

  private record Kept(Path file, Instant since, long bytes) {}

  private List<Kept> all() throws IOException {
    List<Kept> all = new ArrayList<>();
    try (DirectoryStream<Path> names = Files.newDirectoryStream(layout.aside())) {
      for (Path each : names) {
        var attributes = Files.readAttributes(each, BasicFileAttributes.class);
        all.add(new Kept(each, attributes.lastModifiedTime().toInstant(), attributes.size()));
      }
    } catch (NoSuchFileException e) {
      return all; // nothing was ever set aside, or it goes at this moment
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return all;
  }
}
