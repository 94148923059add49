/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every way of reading does, on one kind of file system. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReadPathRules {
  private static final int BLOCK = Posix.BLOCK_BYTES;
  private static final byte EMPTY = 0x5A;
  private static final int LARGE = (int) (2 * Pieces.BYTES) + 3 * BLOCK + 77;

  private Volume volume;
  private Path small;
  private byte[] smallBytes;
  private Path large;
  private byte[] largeBytes;

  abstract Volume mount() throws IOException, InterruptedException;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    volume = mount();
    smallBytes = random(1, 300_000);
    small = Files.write(volume.folder().resolve("small"), smallBytes);
    largeBytes = random(2, LARGE);
    large = Files.write(volume.folder().resolve("large"), largeBytes);
  }

  @AfterAll
  void end() throws IOException {
    if (volume != null) {
      volume.close();
    }
  }

  final Path folder() {
    return volume.folder();
  }

  private static byte[] random(long seed, int bytes) {
    byte[] content = new byte[bytes];
    new SplittableRandom(seed).nextBytes(content);
    return content;
  }

  /** The way, where this system and file system have it; skips the test otherwise. */
  private ReadPath path(ReadWay way) throws IOException {
    assumeTrue(
        way == ReadWay.CHANNEL || Posix.absence().isEmpty(), () -> "skipped: " + Posix.absence());
    ReadPath path;
    try {
      path = ReadPaths.open(way, 4);
      path.open(small).close();
    } catch (PosixException e) {
      return abort("skipped: " + way.word() + " is not to be had here: " + e.getMessage());
    }
    return path;
  }

  private static byte[] read(ReadPath path, Path file, long offset, int length, int shift)
      throws IOException {
    try (Arena arena = Arena.ofShared();
        ReadableFile open = path.open(file)) {
      MemorySegment room = arena.allocate(length + 2L * BLOCK, BLOCK).fill(EMPTY);
      MemorySegment target = room.asSlice(shift, length);
      open.read(offset, target, Deadline.NEVER);
      byte[] round = room.toArray(JAVA_BYTE);
      for (int at = 0; at < round.length; at++) {
        if ((at < shift || at >= shift + length) && round[at] != EMPTY) {
          throw new AssertionError("byte " + (at - shift) + " of " + length + " was touched");
        }
      }
      return target.toArray(JAVA_BYTE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void anyPartOfAFileComesToAnyAddress(ReadWay way) throws IOException {
    SplittableRandom random = new SplittableRandom(42);
    try (ReadPath path = path(way)) {
      for (int round = 0; round < 200; round++) {
        int offset = round % 3 == 0 ? BLOCK * random.nextInt(70) : random.nextInt(300_000);
        int length = Math.min(random.nextInt(140_000), smallBytes.length - offset);
        int shift = round % 2 == 0 ? offset % BLOCK : random.nextInt(BLOCK);
        byte[] expected = Arrays.copyOfRange(smallBytes, offset, offset + length);
        assertThat(Arrays.equals(read(path, small, offset, length, shift), expected))
            .as("%d bytes at %d to an address of %d beyond a block", length, offset, shift)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aFileLargerThanAPieceIsReadWholeAndCounted(ReadWay way) throws IOException {
    try (ReadPath path = path(way)) {
      for (int shift : new int[] {0, 1}) {
        assertThat(Arrays.equals(read(path, large, 0, LARGE, shift), largeBytes)).isTrue();
      }
      assertThat(path.bytesRead()).isEqualTo(2L * LARGE);
      assertThat(path.word()).isEqualTo(way.word());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void theSizeIsThatOfTheFile(ReadWay way) throws IOException {
    try (ReadPath path = path(way);
        ReadableFile open = path.open(small)) {
      assertThat(open.size()).isEqualTo(smallBytes.length);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aFileThatIsTooShortEndsTheRead(ReadWay way) throws IOException {
    Path cut = Files.write(folder().resolve("cut-" + way.word()), largeBytes);
    try (ReadPath path = path(way);
        Arena arena = Arena.ofShared();
        ReadableFile open = path.open(cut)) {
      MemorySegment target = arena.allocate(LARGE, BLOCK);
      for (long length : new long[] {LARGE - 1, LARGE - BLOCK, 2L * BLOCK + 5, BLOCK, 3, 0}) {
        try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
          channel.truncate(length);
        }
        assertThatThrownBy(() -> open.read(0, target, Deadline.NEVER))
            .as("of %d bytes", length)
            .isInstanceOf(EOFException.class)
            .hasMessageContaining(cut.toString());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aReadPastTheEndFailsToo(ReadWay way) throws IOException {
    try (ReadPath path = path(way)) {
      for (long offset : new long[] {smallBytes.length, 300_000_000L, 75L * BLOCK}) {
        assertThatThrownBy(() -> read(path, small, offset, BLOCK, 0))
            .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> read(path, small, offset, BLOCK, 9))
            .isInstanceOf(EOFException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aDeadlineThatIsOverEndsTheReadBetweenPieces(ReadWay way) throws IOException {
    AtomicLong looks = new AtomicLong();
    Deadline third = Deadline.after(Duration.ofNanos(3), looks::getAndIncrement);
    try (ReadPath path = path(way);
        Arena arena = Arena.ofShared();
        ReadableFile open = path.open(large)) {
      MemorySegment target = arena.allocate(LARGE, BLOCK);
      assertThatThrownBy(() -> open.read(0, target, third))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessageContaining(large.toString());
      open.read(0, target, Deadline.NEVER);
      assertThat(Arrays.equals(target.toArray(JAVA_BYTE), largeBytes)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aReadThatEndsEarlyWritesNothingAfterwards(ReadWay way) throws Exception {
    try (ReadPath path = path(way);
        Arena arena = Arena.ofShared();
        ReadableFile open = path.open(large)) {
      MemorySegment target = arena.allocate(LARGE, BLOCK);
      for (int looks = 1; looks < 12; looks++) {
        AtomicLong time = new AtomicLong();
        Deadline early = Deadline.after(Duration.ofNanos(looks), time::getAndIncrement);
        try {
          open.read(0, target, early);
        } catch (InterruptedIOException e) {
          target.fill(EMPTY);
          Thread.sleep(20);
          for (long at = 0; at < LARGE; at += BLOCK) {
            assertThat(target.get(JAVA_BYTE, at)).as("byte %d", at).isEqualTo(EMPTY);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aMissingFileIsNoSuchFile(ReadWay way) throws IOException {
    Path missing = folder().resolve("missing");
    try (ReadPath path = path(way)) {
      assertThatThrownBy(() -> path.open(missing))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining(missing.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aFolderIsNoFile(ReadWay way) throws IOException {
    try (ReadPath path = path(way)) {
      assertThatThrownBy(() -> read(path, folder(), 0, BLOCK, 0))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void threadsReadAtOnceAndAnInterruptStopsNone(ReadWay way) throws Exception {
    try (ReadPath path = path(way);
        ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Boolean>> equal = new ArrayList<>();
      for (int reader = 0; reader < 24; reader++) {
        int offset = reader * 4099;
        Callable<Boolean> read =
            () -> {
              Thread.currentThread().interrupt();
              byte[] got = read(path, large, offset, 3_000_000, offset % BLOCK);
              return Thread.interrupted()
                  && Arrays.equals(got, Arrays.copyOfRange(largeBytes, offset, offset + 3_000_000));
            };
        equal.add(threads.submit(read));
      }
      for (Future<Boolean> each : equal) {
        assertThat(each.get()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aFileStaysReadableWhenTheWayIsClosedAndWhenItIsRemoved(ReadWay way) throws IOException {
    Path removed = Files.write(folder().resolve("removed-" + way.word()), smallBytes);
    ReadPath path = path(way);
    try (Arena arena = Arena.ofShared();
        ReadableFile open = path.open(removed)) {
      path.close();
      Files.delete(removed);
      MemorySegment target = arena.allocate(smallBytes.length, BLOCK);
      open.read(0, target, Deadline.NEVER);
      assertThat(Arrays.equals(target.toArray(JAVA_BYTE), smallBytes)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void aClosedFileIsNotRead(ReadWay way) throws IOException {
    try (ReadPath path = path(way);
        Arena arena = Arena.ofShared()) {
      ReadableFile open = path.open(small);
      open.close();
      open.close();
      MemorySegment target = arena.allocate(BLOCK, BLOCK);
      assertThatThrownBy(() -> open.read(0, target, Deadline.NEVER))
          .isInstanceOf(IOException.class);
    }
  }
}
