/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DirectWritesTest {
  private static final int BLOCK = Posix.BLOCK_BYTES;

  @TempDir private Path folder;

  private static MemorySegment part(Arena arena, SplittableRandom random, int shift, int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    MemorySegment part = arena.allocate(bytes + (long) BLOCK, BLOCK).asSlice(shift, bytes);
    return part.copyFrom(MemorySegment.ofArray(content));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partsOfAnyLengthAndAddressBecomeOneFile(boolean direct) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    DirectWrites writes = new DirectWrites(direct, null);
    long total = 0;
    for (int round = 0; round < 60; round++) {
      Path file = folder.resolve("file-" + round);
      try (Arena arena = Arena.ofShared()) {
        List<MemorySegment> parts = new ArrayList<>();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int count = random.nextInt(5); count >= 0; count--) {
          int shift = random.nextBoolean() ? 0 : random.nextInt(BLOCK);
          int bytes = random.nextBoolean() ? BLOCK * random.nextInt(9) : random.nextInt(2_500_000);
          MemorySegment part = part(arena, random, shift, bytes);
          byte[] copy = part.toArray(JAVA_BYTE);
          expected.write(copy);
          parts.add(random.nextInt(4) == 0 ? MemorySegment.ofArray(copy) : part);
        }
        writes.write(file, parts, Deadline.NEVER);
        assertThat(Files.mismatch(file, Files.write(folder.resolve("x"), expected.toByteArray())))
            .isEqualTo(-1);
        total += expected.size();
      }
      Files.delete(file);
    }
    assertThat(writes.directBytes() + writes.channelBytes()).isEqualTo(total);
    assertThat(direct || writes.directBytes() == 0).isTrue();
  }

  @Test
  void alignedPartsGoPastThePageCache() throws Exception {
    assumeTrue(Posix.absence().isEmpty(), () -> "skipped: " + Posix.absence());
    try (Volume volume = Volume.ext4(64);
        Arena arena = Arena.ofShared()) {
      SplittableRandom random = new SplittableRandom(8);
      MemorySegment header = part(arena, random, 0, BLOCK);
      MemorySegment payload = part(arena, random, 0, (int) (Pieces.BYTES + BLOCK));
      DirectWrites writes = new DirectWrites(true, Forcing.SYSTEM);
      writes.write(volume.folder().resolve("file"), List.of(header, payload), Deadline.NEVER);
      assertThat(writes.directBytes()).isEqualTo(header.byteSize() + payload.byteSize());
      assertThat(writes.channelBytes()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyItsOwnerReadsTheFile(boolean direct) throws IOException {
    Path file = folder.resolve("file");
    new DirectWrites(direct, Forcing.SYSTEM)
        .write(file, List.of(MemorySegment.ofArray(new byte[5])), Deadline.NEVER);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.size(file)).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatIsThereIsLeftAlone(boolean direct) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "there");
    DirectWrites writes = new DirectWrites(direct, null);
    List<MemorySegment> parts = List.of(MemorySegment.ofArray(new byte[BLOCK]));
    assertThatThrownBy(() -> writes.write(file, parts, Deadline.NEVER))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("there");
    assertThatThrownBy(() -> writes.write(folder.resolve("no/file"), parts, Deadline.NEVER))
        .isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDeadlineThatIsOverEndsTheWrite(boolean direct) {
    AtomicLong looks = new AtomicLong();
    Deadline second = Deadline.after(Duration.ofNanos(2), looks::getAndIncrement);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment payload = arena.allocate(4 * Pieces.BYTES, BLOCK);
      assertThatThrownBy(
              () ->
                  new DirectWrites(direct, null)
                      .write(folder.resolve("file"), List.of(payload), second))
          .isInstanceOf(InterruptedIOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFullVolumeIsSaid(boolean direct) throws Exception {
    try (Volume volume = Volume.ext4(8);
        Arena arena = Arena.ofShared()) {
      MemorySegment payload = arena.allocate(2 * Pieces.BYTES, BLOCK);
      assertThatThrownBy(
              () ->
                  new DirectWrites(direct, Forcing.SYSTEM)
                      .write(volume.folder().resolve("file"), List.of(payload), Deadline.NEVER))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left on device");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptStopsNoWrite(boolean direct) throws IOException {
    Path file = folder.resolve("file");
    Thread.currentThread().interrupt();
    try {
      new DirectWrites(direct, Forcing.SYSTEM)
          .write(file, List.of(MemorySegment.ofArray(new byte[BLOCK + 1])), Deadline.NEVER);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(Files.size(file)).isEqualTo(BLOCK + 1);
  }
}
