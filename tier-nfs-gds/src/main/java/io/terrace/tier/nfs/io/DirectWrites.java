/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes new files past the page cache, or through it where the file system knows no direct I/O.
 * Safe for use by several threads.
 */
public final class DirectWrites {
  private final boolean direct;
  private final @Nullable Forcing forcing;
  private final Bounces bounces = new Bounces();
  private final LongAdder directBytes = new LongAdder();
  private final LongAdder channelBytes = new LongAdder();

  /**
   * @param direct whether to try direct I/O; without, all goes through the page cache
   * @param forcing puts a file on the device before its write returns; null where that is not
   *     wanted
   */
  public DirectWrites(boolean direct, @Nullable Forcing forcing) {
    this.direct = direct && Posix.absence().isEmpty();
    this.forcing = forcing;
  }

  /** Bytes that went past the page cache. */
  public long directBytes() {
    return directBytes.sum();
  }

  /** Bytes that went through the page cache. */
  public long channelBytes() {
    return channelBytes.sum();
  }

  /**
   * Makes a file, readable by its owner alone, of parts one after another. Where it fails, the
   * beginning of a file may be left, which the caller removes. Blocks without heeding interrupts.
   *
   * @param file does not exist yet
   * @param parts memory of any alignment and length; nothing reads it after the return
   * @param deadline looked at between pieces of a few MiB
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   * @throws java.io.InterruptedIOException when the deadline is over
   * @throws IOException if it cannot be written; the message of a full volume is that of {@code
   *     ENOSPC}: {@code No space left on device}
   */
  public void write(Path file, List<MemorySegment> parts, Deadline deadline) throws IOException {
    if (!direct || !writtenDirectly(file, parts, deadline)) {
      writeByChannel(file, parts, deadline);
    }
  }

  /** Whether the file system knows direct I/O; if not, there is no file. */
  private boolean writtenDirectly(Path file, List<MemorySegment> parts, Deadline deadline)
      throws IOException {
    int descriptor;
    try {
      descriptor = Posix.createDirect(file);
    } catch (PosixException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      Files.deleteIfExists(file); // some systems make it before they refuse
      return false;
    }
    try (DirectWrite write = new DirectWrite(file, descriptor, bounces)) {
      for (MemorySegment part : parts) {
        write.add(part, deadline);
      }
      directBytes.add(write.finish(forcing, deadline));
    }
    return true;
  }

  private void writeByChannel(Path file, List<MemorySegment> parts, Deadline deadline)
      throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(file, options, permissions(file))) {
      for (MemorySegment part : parts) {
        for (long done = 0; done < part.byteSize(); done += Pieces.BYTES) {
          Pieces.expectTime(file, deadline);
          long length = Math.min(Pieces.BYTES, part.byteSize() - done);
          ByteBuffer piece = part.asSlice(done, length).asByteBuffer();
          while (piece.hasRemaining()) {
            channelBytes.add(channel.write(piece));
          }
        }
      }
      if (forcing != null) {
        Pieces.expectTime(file, deadline);
        forcing.file(channel);
      }
    } finally {
      Pieces.restoreInterrupt(interrupted);
    }
  }

  private static FileAttribute<?>[] permissions(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
