/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Digests of model folders: SHA-256 over the configuration and all weights. Gigabytes are read
 * once, in the background; what was found is kept in the user's cache folder, by each file's name,
 * size and time of modification, since model folders are often read-only.
 *
 * <p>Safe for use by several threads.
 */
public final class ModelDigests {
  private static final int BUFFER_BYTES = 1 << 20;

  /** Gets a digest of 32 bytes. */
  public interface DigestUser {
    void accept(byte[] digest) throws IOException;
  }

  private final Path cache;
  private final PluginLog log;
  private final BiConsumer<String, Runnable> background;

  /**
   * @param cache folder for what was found; made when needed
   * @param background runs work of a given name on another thread
   */
  ModelDigests(Path cache, BiConsumer<String, Runnable> background, PluginLog log) {
    this.cache = cache;
    this.background = background;
    this.log = log;
  }

  /**
   * Digests a folder: at once where its files are as they were when they were digested last, else
   * in the background.
   *
   * @param location the folder of a model, or a file in it
   * @param whenKnown gets the 32 bytes, on this thread or the background one; not called if a file
   *     cannot be read, which is told in the log
   */
  public void digest(Path location, DigestUser whenKnown) {
    if (isKnown(location)) {
      tell(location, whenKnown);
    } else {
      background.accept("digest", () -> tell(location, whenKnown));
    }
  }

  private void tell(Path location, DigestUser whenKnown) {
    try {
      whenKnown.accept(digestNow(location));
    } catch (IOException | RuntimeException e) {
      log.warn(
          "chunks of "
              + location
              + " stay in this process, because its files could not be digested: "
              + e);
    }
  }

  /** Whether no file would have to be read. */
  private boolean isKnown(Path location) {
    try {
      Path folder = folder(location);
      Properties known = read(cache.resolve(nameFor(folder) + ".properties"));
      for (Path file : files(folder)) {
        if (!isKnown(state(file), known.getProperty(String.valueOf(file.getFileName())))) {
          return false;
        }
      }
      return true;
    } catch (IOException | RuntimeException e) {
      return false; // and the background will say why
    }
  }

  byte[] digestNow(Path location) throws IOException {
    Path folder = folder(location);
    Path memory = cache.resolve(nameFor(folder) + ".properties");
    Properties known = read(memory);
    Properties found = new Properties();
    Fingerprint all = new Fingerprint("model");
    for (Path file : files(folder)) {
      String name = String.valueOf(file.getFileName());
      String entry = entry(file, known.getProperty(name));
      found.setProperty(name, entry);
      all.add(name, entry.substring(entry.lastIndexOf(' ') + 1));
    }
    if (!found.equals(known)) {
      write(memory, found);
    }
    return all.digest();
  }

  private static Path folder(Path location) throws IOException {
    Path folder = Files.isDirectory(location) ? location : location.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder holds " + location);
    }
    return folder;
  }

  /** What decides over KV: weights, and the configuration that says how to use them. */
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files = all.filter(ModelDigests::matters).sorted().toList();
      if (files.isEmpty()) {
        throw new IOException("no weights in " + folder);
      }
      return files;
    }
  }

  private static boolean matters(Path file) {
    String name = String.valueOf(file.getFileName());
    return Files.isRegularFile(file)
        && (name.equals("config.json") || name.endsWith(".safetensors"));
  }

  /** Size, time and digest of a file: as known, if size and time are still the same. */
  private static String entry(Path file, @Nullable String known) throws IOException {
    String state = state(file);
    return known != null && isKnown(state, known)
        ? known
        : state + HexFormat.of().formatHex(sha256Of(file));
  }

  private static String state(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.size() + " " + attributes.lastModifiedTime().toInstant() + " ";
  }

  private static boolean isKnown(String state, @Nullable String known) {
    return known != null && known.startsWith(state) && known.length() == state.length() + 64;
  }

  private static byte[] sha256Of(Path file) throws IOException {
    MessageDigest sha256 = Fingerprint.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      int read = in.read(buffer);
      while (read >= 0) {
        sha256.update(buffer, 0, read);
        read = in.read(buffer);
      }
    }
    return sha256.digest();
  }

  private static String nameFor(Path folder) throws IOException {
    byte[] path = folder.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Fingerprint.sha256().digest(path), 0, 16);
  }

  /** A file that cannot be read is one that is not there: the digest is made anew. */
  private static Properties read(Path memory) {
    Properties known = new Properties();
    try (InputStream in = Files.newInputStream(memory)) {
      known.load(in);
    } catch (IOException | IllegalArgumentException e) {
      known.clear();
    }
    return known;
  }

  /** Without a place to keep it, the digest is made anew the next time. */
  private void write(Path memory, Properties found) {
    Path temporary = null;
    try {
      Files.createDirectories(cache);
      temporary = Files.createTempFile(cache, "digest", ".tmp");
      try (var out = Files.newOutputStream(temporary)) {
        found.store(out, null);
      }
      move(temporary, memory);
    } catch (IOException e) {
      log.infoOnce("digest cache", "digests of models are not kept: " + e);
      deleteQuietly(temporary);
    }
  }

  private static void move(Path temporary, Path memory) throws IOException {
    try {
      Files.move(temporary, memory, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, memory, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void deleteQuietly(@Nullable Path temporary) {
    try {
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      // It lies in a cache folder, and the failure before it was told.
    }
  }
}
