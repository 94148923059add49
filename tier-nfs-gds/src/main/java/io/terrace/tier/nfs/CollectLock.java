/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that says: somebody collects. It saves work, no more: two that collect at once do no harm,
 * so one that was left behind is taken over when it has not been touched for a while. Ages are told
 * by the volume's own clock, that of the files it makes.
 */
final class CollectLock implements AutoCloseable {
  /** Longer than any pause of a collector that is at work. */
  private static final Duration STALE = Duration.ofSeconds(60);

  private static final Duration REFRESH = Duration.ofSeconds(5);

  private final Path file;
  private final String token;
  private final Instant taken;
  private long refreshedNanos = System.nanoTime();

  private CollectLock(Path file, String token, Instant taken) {
    this.file = file;
    this.token = token;
    this.taken = taken;
  }

  /**
   * Takes the lock, from somebody who has left it if need be.
   *
   * @return null if somebody is at work
   */
  static @Nullable CollectLock tryTake(Path file) throws IOException {
    String token = UUID.randomUUID() + " " + ProcessHandle.current().pid();
    Instant now = now(file);
    if (isStale(file, now)) {
      remove(file);
    }
    try {
      write(file, token, StandardOpenOption.CREATE_NEW);
      return new CollectLock(file, token, now);
    } catch (FileAlreadyExistsException e) {
      return null;
    }
  }

  /**
   * The volume's clock.
   *
   * @param beside a file in a folder that can be written
   */
  static Instant now(Path beside) throws IOException {
    Path file = beside.resolveSibling(".now." + UUID.randomUUID());
    try {
      write(file, "", StandardOpenOption.CREATE_NEW);
      return modified(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static boolean isStale(Path file, Instant now) throws IOException {
    try {
      return modified(file).isBefore(now.minus(STALE));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Of several that find it stale, one moves it away. */
  private static void remove(Path file) throws IOException {
    Path away = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.move(file, away, ATOMIC_MOVE);
      Files.deleteIfExists(away);
    } catch (NoSuchFileException e) {
      return; // another was faster
    }
  }

  /** When it was taken, by the volume's clock. */
  Instant taken() {
    return taken;
  }

  /** Says that the work goes on; to be called often. */
  void refresh() throws IOException {
    long now = System.nanoTime();
    if (now - refreshedNanos > REFRESH.toNanos() && isMine()) {
      refreshedNanos = now;
      write(file, token, StandardOpenOption.TRUNCATE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    if (isMine()) {
      Files.deleteIfExists(file);
    }
  }

  private boolean isMine() throws IOException {
    try {
      return Files.readString(file).equals(token);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void write(Path file, String token, StandardOpenOption how) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, Set.of(StandardOpenOption.WRITE, how), Rights.FILE)) {
      out.write(StandardCharsets.UTF_8.encode(token));
    }
  }

  private static Instant modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }
}
