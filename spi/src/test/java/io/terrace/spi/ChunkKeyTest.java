/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ChunkKeyTest {
  @Property
  void hexAndBytesGoRound(
      @ForAll @Size(ChunkKey.BYTES) byte[] bytes, @ForAll @IntRange(max = 9) int offset) {
    byte[] padded = new byte[ChunkKey.BYTES + 9];
    System.arraycopy(bytes, 0, padded, offset, ChunkKey.BYTES);
    ChunkKey key = ChunkKey.of(padded, offset);
    assertThat(key.hex()).isEqualTo(HexFormat.of().formatHex(bytes));
    assertThat(ChunkKey.parse(key.hex())).isEqualTo(key).hasSameHashCodeAs(key);
    byte[] written = new byte[ChunkKey.BYTES + 9];
    key.copyTo(written, offset);
    assertThat(written).isEqualTo(padded);
  }

  @Property
  void orderIsThatOfTheHexDigits(
      @ForAll @Size(ChunkKey.BYTES) byte[] one, @ForAll @Size(ChunkKey.BYTES) byte[] other) {
    ChunkKey a = ChunkKey.of(one, 0);
    ChunkKey b = ChunkKey.of(other, 0);
    int expected = Integer.signum(a.hex().compareTo(b.hex()));
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
    assertThat(Integer.signum(b.compareTo(a))).isEqualTo(-expected);
    assertThat(a.equals(b)).isEqualTo(Arrays.equals(one, other));
  }

  @Property
  void everyBitCounts(
      @ForAll @Size(ChunkKey.BYTES) byte[] bytes, @ForAll @IntRange(max = 255) int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << (bit % 8));
    ChunkKey a = ChunkKey.of(bytes, 0);
    ChunkKey b = ChunkKey.of(changed, 0);
    assertThat(b).isNotEqualTo(a);
    assertThat(Integer.signum(a.compareTo(b)))
        .isEqualTo(Integer.signum(a.hex().compareTo(b.hex())))
        .isNotZero();
  }

  @Test
  void textShowsTheBeginningOnly() {
    String hex = "0123456789abcdef".repeat(4);
    ChunkKey key = ChunkKey.parse(hex);
    assertThat(key).hasToString("01234567…");
    assertThat(key.hex()).isEqualTo(hex);
    assertThat(ChunkKey.parse(hex.replace('a', 'A'))).isEqualTo(key);
    assertThat(key).isNotEqualTo(hex);
  }

  @Test
  void whatIsNoKeyIsRefused() {
    assertThatThrownBy(() -> ChunkKey.parse("abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 hexadecimal digits, got 3");
    assertThatThrownBy(() -> ChunkKey.parse("x".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ChunkKey.of(new byte[40], 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
    ChunkKey key = ChunkKey.of(new byte[ChunkKey.BYTES], 0);
    assertThatThrownBy(() -> key.copyTo(new byte[40], 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
