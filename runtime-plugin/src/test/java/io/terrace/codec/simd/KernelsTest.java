/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static io.terrace.codec.simd.Elements.U32;
import static io.terrace.codec.simd.Elements.U8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With vectors or without, the bits are the same, and nothing beside them is touched. */
final class KernelsTest {
  private static final int MARGIN = 64;
  private static final byte UNTOUCHED = 0x55;

  private final Arena arena = Arena.ofConfined();
  private final Kernels scalar = new ScalarKernels();
  private final Kernels vector = new VectorKernels();
  private final Random random = new Random(20261125);

  /** One loop of {@link Kernels}, from one offset to another. */
  private interface Loop {
    void run(Kernels kernels, MemorySegment from, long at, MemorySegment to, long toAt, int count);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void shufflesAreEqual() {
    assertEqual(2, 2, (k, f, at, t, toAt, n) -> k.shuffle2(f.asSlice(at), t.asSlice(toAt), n));
    assertEqual(2, 2, (k, f, at, t, toAt, n) -> k.unshuffle2(f.asSlice(at), t.asSlice(toAt), n));
    assertEqual(4, 4, (k, f, at, t, toAt, n) -> k.shuffle4(f.asSlice(at), t.asSlice(toAt), n));
    assertEqual(4, 4, (k, f, at, t, toAt, n) -> k.unshuffle4(f.asSlice(at), t.asSlice(toAt), n));
  }

  @Test
  void narrowingIsEqual() {
    assertEqual(4, 2, Kernels::toBf16);
    assertEqual(4, 2, Kernels::toF16);
  }

  @Test
  void wideningIsEqual() {
    assertEqual(2, 4, Kernels::fromBf16);
    assertEqual(2, 4, Kernels::fromF16);
  }

  @Test
  void wideningIsEqualForEveryHalf() {
    MemorySegment halves = arena.allocate(2 << 16);
    IntStream.range(0, 1 << 16).forEach(i -> halves.set(Elements.U16, 2L * i, (short) i));
    assertEqual(halves, 0, 4, 1 << 16, 0, Kernels::fromBf16);
    assertEqual(halves, 0, 4, 1 << 16, 0, Kernels::fromF16);
  }

  @Test
  void narrowingIsEqualRoundEveryTie() {
    for (int low : new int[] {0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF}) {
      assertNarrowingIsEqual(i -> (i << 16) | low);
    }
    for (int low : new int[] {0, 0xFFF, 0x1000, 0x1001, 0x1FFF}) {
      assertNarrowingIsEqual(i -> (i << 16) | low); // the odd and the even bits above a half's last
      assertNarrowingIsEqual(i -> (i << 16) | 0x2000 | low);
    }
  }

  private void assertNarrowingIsEqual(IntUnaryOperator bits) {
    MemorySegment floats = arena.allocate(4 << 16);
    IntStream.range(0, 1 << 16).forEach(i -> floats.set(U32, 4L * i, bits.applyAsInt(i)));
    assertEqual(floats, 0, 2, 1 << 16, 0, Kernels::toBf16);
    assertEqual(floats, 0, 2, 1 << 16, 0, Kernels::toF16);
  }

  @Test
  void bytesWithScalesAreEqual() {
    for (int channels = 1; channels <= 3 * Lanes.COUNT + 1; channels++) {
      for (int positions : new int[] {1, 2, 15, 16, 17, 33}) {
        assertPlanesAreEqual(positions, channels, Numbers.FINITE);
        assertPlanesAreEqual(positions, channels, Numbers.TINY);
        assertPlanesAreEqual(positions, channels, Numbers.ANY);
      }
    }
    assertPlanesAreEqual(256, 192, Numbers.FINITE);
  }

  private void assertPlanesAreEqual(int positions, int channels, Numbers numbers) {
    int count = positions * channels;
    int bytes = 4 * channels + count;
    int at = random.nextInt(4);
    MemorySegment floats = arena.allocate(4L * count + at);
    numbers.fill(random, floats, at, count);
    MemorySegment expected = filled(bytes);
    scalar.toQ8(floats, at, positions, channels, expected, MARGIN);
    MemorySegment actual = filled(bytes);
    vector.toQ8(floats, at, positions, channels, actual, MARGIN);
    assertSame(expected, actual, numbers + ", " + positions + " × " + channels);

    MemorySegment expectedBack = filled(4 * count);
    scalar.fromQ8(expected, MARGIN, positions, channels, expectedBack, MARGIN);
    MemorySegment actualBack = filled(4 * count);
    vector.fromQ8(expected, MARGIN, positions, channels, actualBack, MARGIN);
    assertSame(expectedBack, actualBack, "back, " + positions + " × " + channels);
  }

  private void assertEqual(int fromBytes, int toBytes, Loop loop) {
    assertEqual(fromBytes, toBytes, Numbers.ANY, loop);
    assertEqual(fromBytes, toBytes, Numbers.FINITE, loop);
  }

  private void assertEqual(int fromBytes, int toBytes, Numbers numbers, Loop loop) {
    IntStream sizes = IntStream.rangeClosed(0, 3 * Lanes.WIDE_SHORTS.length() + 1);
    for (int count : IntStream.concat(sizes, IntStream.of(1001, 4099)).toArray()) {
      int at = random.nextInt(8);
      MemorySegment from = arena.allocate((long) fromBytes * count + at + 4);
      numbers.fill(random, from, at, (int) ((from.byteSize() - at) / 4));
      assertEqual(from.asSlice(0, (long) fromBytes * count + at), at, toBytes, count, at, loop);
    }
  }

  private void assertEqual(
      MemorySegment from, long at, int toBytes, int count, int shift, Loop loop) {
    MemorySegment expected = filled(toBytes * count + shift);
    loop.run(scalar, from, at, expected, MARGIN + shift, count);
    MemorySegment actual = filled(toBytes * count + shift);
    loop.run(vector, from, at, actual, MARGIN + shift, count);
    assertSame(expected, actual, count + " elements");
  }

  /** Memory with a margin before and behind. */
  private MemorySegment filled(int bytes) {
    return arena.allocate(bytes + 2L * MARGIN).fill(UNTOUCHED);
  }

  private static void assertSame(MemorySegment expected, MemorySegment actual, String what) {
    assertThat(marginTouched(actual)).as("beside the target, %s", what).isFalse();
    assertThat(expected.mismatch(actual)).as("first byte that differs, of %s", what).isEqualTo(-1);
  }

  private static boolean marginTouched(MemorySegment memory) {
    long last = memory.byteSize() - 1;
    for (int i = 0; i < MARGIN; i++) {
      if (memory.get(U8, i) != UNTOUCHED || memory.get(U8, last - i) != UNTOUCHED) {
        return true;
      }
    }
    return false;
  }
}
