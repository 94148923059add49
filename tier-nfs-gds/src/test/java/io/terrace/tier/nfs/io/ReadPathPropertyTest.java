/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.terrace.spi.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A file of any length, read anywhere into any address, is what the JDK reads of it. */
final class ReadPathPropertyTest {
  private static final int BLOCK = Posix.BLOCK_BYTES;
  private static final int MOST = 5 * BLOCK;

  /**
   * One read.
   *
   * @param fileBytes length of the file
   * @param shift of the target's address from a block
   */
  record Read(int fileBytes, int offset, int length, int shift) {}

  @Provide
  Arbitrary<Read> reads() {
    Arbitrary<Integer> any = Arbitraries.integers().between(0, MOST);
    Arbitrary<Integer> lengths = Arbitraries.oneOf(any, any.map(bytes -> bytes / BLOCK * BLOCK));
    Arbitrary<Integer> shifts =
        Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, BLOCK - 1));
    return Combinators.combine(lengths, lengths, lengths, shifts).as(Read::new);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void channel(@ForAll("reads") Read read) throws IOException {
    check(ReadWay.CHANNEL, read);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void direct(@ForAll("reads") Read read) throws IOException {
    check(ReadWay.DIRECT, read);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void uring(@ForAll("reads") Read read) throws IOException {
    check(ReadWay.URING, read);
  }

  private static void check(ReadWay way, Read read) throws IOException {
    Path file = Files.createTempFile("terrace-read-", null);
    try {
      byte[] content = new byte[read.fileBytes()];
      new SplittableRandom(read.hashCode()).nextBytes(content);
      Files.write(file, content);
      try (ReadPath path = open(way, file)) {
        check(path, file, read);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static ReadPath open(ReadWay way, Path file) {
    try {
      ReadPath path = ReadPaths.open(way, 4);
      path.open(file).close();
      return path;
    } catch (IOException e) {
      return abort("skipped: " + way.word() + " is not to be had here: " + e.getMessage());
    }
  }

  private static void check(ReadPath path, Path file, Read read) throws IOException {
    byte[] expected = Files.readAllBytes(file);
    int end = read.offset() + read.length();
    try (Arena arena = Arena.ofShared();
        ReadableFile open = path.open(file)) {
      MemorySegment room = arena.allocate(MOST + 2L * BLOCK, BLOCK);
      MemorySegment target = room.asSlice(read.shift(), read.length());
      if (end > expected.length && read.length() > 0) {
        assertThatThrownBy(() -> open.read(read.offset(), target, Deadline.NEVER))
            .isInstanceOf(EOFException.class);
        return;
      }
      open.read(read.offset(), target, Deadline.NEVER);
      assertThat(target.toArray(JAVA_BYTE))
          .isEqualTo(
              read.length() == 0 ? new byte[0] : Arrays.copyOfRange(expected, read.offset(), end));
      assertThat(room.asSlice(0, read.shift()).mismatch(arena.allocate(Math.max(1, read.shift()))))
          .isIn(-1L, (long) read.shift());
      MemorySegment behind = room.asSlice(read.shift() + (long) read.length());
      assertThat(behind.mismatch(arena.allocate(behind.byteSize()))).isEqualTo(-1);
    }
  }
}
