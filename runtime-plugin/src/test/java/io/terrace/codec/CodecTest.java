/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.format.Encoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encodings give back what they got, or say that they cannot. */
final class CodecTest {
  private static final int MARGIN = 64;
  private static final byte UNTOUCHED = 0x55;
  private static final int[] COUNTS = {1, 2, 3, 5, 17, 64, 1000, 4097, 100_003};

  private final Arena arena = Arena.ofConfined();
  private final Random random = new Random(20261125);

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasEncodedComesBack(Encoding encoding) throws CodecException {
    try (Codec codec = Codecs.open(encoding, 1)) {
      assertThat(codec.encoding()).isEqualTo(encoding);
      for (Payloads payloads : Payloads.values()) {
        for (int elementBytes : new int[] {1, 2, 4}) {
          for (int count : COUNTS) {
            assertComesBack(codec, payloads, elementBytes, count);
          }
        }
      }
    }
  }

  private void assertComesBack(Codec codec, Payloads payloads, int elementBytes, int count)
      throws CodecException {
    String what = payloads + ", " + count + " elements of " + elementBytes;
    MemorySegment raw = arena.allocate((long) count * elementBytes);
    payloads.fill(raw, random);
    MemorySegment target = arena.allocate(raw.byteSize() + MARGIN).fill(UNTOUCHED);
    MemorySegment room = target.asSlice(0, raw.byteSize());
    long bytes = codec.encode(raw, elementBytes, room);
    assertUntouched(target, raw.byteSize(), what);
    if (bytes < 0) {
      boolean must = payloads == Payloads.CONSTANT && raw.byteSize() >= 64;
      assertThat(must && codec.encoding() != Encoding.RAW).as(what).isFalse();
      return;
    }
    assertThat(bytes).as(what).isPositive().isLessThan(raw.byteSize());
    MemorySegment back = arena.allocate(raw.byteSize() + MARGIN).fill(UNTOUCHED);
    codec.decode(target.asSlice(0, bytes), elementBytes, back.asSlice(0, raw.byteSize()));
    assertThat(raw.mismatch(back.asSlice(0, raw.byteSize()))).as(what).isEqualTo(-1);
    assertUntouched(back, raw.byteSize(), what);
  }

  @ParameterizedTest
  @EnumSource(names = "RAW", mode = EnumSource.Mode.EXCLUDE)
  void smoothNumbersGetSmallerByTheirBytesLyingTogether(Encoding encoding) {
    try (Codec codec = Codecs.open(encoding, 1)) {
      MemorySegment raw = arena.allocate(1 << 20);
      Payloads.SMOOTH.fill(raw, random);
      MemorySegment target = arena.allocate(raw.byteSize());
      long together = codec.encode(raw, 4, target);
      long apart = codec.encode(raw, 1, target);
      assertThat(together).isBetween(1L, raw.byteSize() * 95 / 100);
      assertThat(apart < 0 ? raw.byteSize() : apart).isGreaterThan(together);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "RAW", mode = EnumSource.Mode.EXCLUDE)
  void whatDoesNotFitIsNotEncoded(Encoding encoding) {
    try (Codec codec = Codecs.open(encoding, 1)) {
      MemorySegment raw = arena.allocate(1 << 16);
      Payloads.SMOOTH.fill(raw.asSlice(0, 1 << 15), random);
      long bytes = codec.encode(raw, 4, arena.allocate(raw.byteSize()));
      assertThat(bytes).isPositive();
      for (long room : new long[] {0, 1, 7, bytes / 2, bytes - 1}) {
        MemorySegment target = arena.allocate(room + MARGIN).fill(UNTOUCHED);
        assertThat(codec.encode(raw, 4, target.asSlice(0, room))).isEqualTo(-1);
        assertUntouched(target, room, "room for " + room);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyOtherLengthIsRefused(Encoding encoding) {
    try (Codec codec = Codecs.open(encoding, 1)) {
      MemorySegment raw = arena.allocate(4096);
      Payloads.SMOOTH.fill(raw.asSlice(0, 2048), random);
      MemorySegment target = arena.allocate(raw.byteSize());
      long bytes = codec.encode(raw, 4, target);
      MemorySegment stored = bytes < 0 ? raw : target.asSlice(0, bytes);
      for (long length : new long[] {4, 4092, 4100, 8192}) {
        MemorySegment back = arena.allocate(length + MARGIN).fill(UNTOUCHED);
        assertThatThrownBy(() -> codec.decode(stored, 4, back.asSlice(0, length)))
            .as("%d bytes", length)
            .isInstanceOf(CodecException.class);
        assertUntouched(back, length, length + " bytes");
      }
      for (long length = 0; length < stored.byteSize(); length += 13) {
        MemorySegment cut = stored.asSlice(0, length);
        assertThatThrownBy(() -> codec.decode(cut, 4, arena.allocate(4096)))
            .as("cut to %d bytes", length)
            .isInstanceOf(CodecException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "RAW", mode = EnumSource.Mode.EXCLUDE)
  void garbageNeverWritesBesideItsTarget(Encoding encoding) {
    try (Codec codec = Codecs.open(encoding, 1)) {
      for (int i = 0; i < 20_000; i++) {
        Payloads payloads = i % 2 == 0 ? Payloads.SMOOTH : Payloads.CONSTANT;
        MemorySegment stored = garbage(codec, payloads);
        int length = 4 * (1 + random.nextInt(1024));
        MemorySegment back = arena.allocate(length + MARGIN).fill(UNTOUCHED);
        try {
          codec.decode(stored, 1, back.asSlice(0, length));
        } catch (CodecException e) {
          assertThat(e).hasMessageContaining("wanted");
        }
        assertUntouched(back, length, "garbage " + i);
      }
    }
  }

  /** Noise, or something right in which a few bytes are wrong. */
  private MemorySegment garbage(Codec codec, Payloads payloads) {
    MemorySegment raw = arena.allocate(4L * (16 + random.nextInt(512)));
    payloads.fill(raw, random);
    MemorySegment target = arena.allocate(raw.byteSize());
    long bytes = codec.encode(raw, 1, target);
    if (bytes <= 0) {
      return raw;
    }
    for (int wrong = random.nextInt(4); wrong >= 0; wrong--) {
      target.set(ValueLayout.JAVA_BYTE, random.nextLong(bytes), (byte) random.nextInt());
    }
    return target.asSlice(0, bytes);
  }

  @Test
  void higherLevelsAreTheSameEncoding() throws CodecException {
    MemorySegment raw = arena.allocate(1 << 16);
    Payloads.SMOOTH.fill(raw, random);
    MemorySegment target = arena.allocate(raw.byteSize());
    MemorySegment back = arena.allocate(raw.byteSize());
    try (Codec hard = Codecs.open(Encoding.ZSTD, 9);
        Codec fast = Codecs.open(Encoding.ZSTD, 1)) {
      long bytes = hard.encode(raw, 4, target);
      fast.decode(target.asSlice(0, bytes), 4, back);
      assertThat(raw.mismatch(back)).isEqualTo(-1);
    }
  }

  @Test
  void aLevelThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Codecs.open(Encoding.ZSTD, 23))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level of zstd must be -131072 to 22, got 23");
  }

  private static void assertUntouched(MemorySegment memory, long from, String what) {
    long at = from;
    while (at < memory.byteSize() && memory.get(ValueLayout.JAVA_BYTE, at) == UNTOUCHED) {
      at++;
    }
    assertThat(at)
        .as("first byte written behind the target, %s", what)
        .isEqualTo(memory.byteSize());
  }
}
