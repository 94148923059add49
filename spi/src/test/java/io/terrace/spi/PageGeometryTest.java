/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Geometry of pages, and what a descriptor accepts for one. */
final class PageGeometryTest {
  private static final int BIG = 1 << 30;
  private static final ChunkKey KEY = ChunkKey.parse("01".repeat(32));

  @Property
  void planesTileThePage(
      @ForAll @IntRange(min = 1, max = 80) int layers,
      @ForAll @IntRange(min = 1, max = 32) int kvHeads,
      @ForAll @IntRange(min = 1, max = 256) int headSize,
      @ForAll @IntRange(max = 5) int log,
      @ForAll DataType type) {
    PageGeometry geometry = new PageGeometry(layers, kvHeads, headSize, 1 << log, type);
    int offset = 0;
    for (int layer = 0; layer < layers; layer++) {
      assertThat(geometry.keyOffset(layer)).isEqualTo(offset);
      offset += geometry.planeBytes();
      assertThat(geometry.valueOffset(layer)).isEqualTo(offset);
      offset += geometry.planeBytes();
    }
    int scales = type == DataType.Q8 ? 4 * kvHeads * headSize : 0;
    assertThat(geometry.scalesBytes()).isEqualTo(scales);
    assertThat(geometry.rowBytes()).isEqualTo(kvHeads * headSize * type.bytes());
    assertThat(geometry.tokenBytes()).isEqualTo(2 * layers * geometry.rowBytes());
    assertThat(geometry.planeBytes()).isEqualTo(scales + geometry.rowBytes() * (1 << log));
    assertThat(geometry.pageBytes())
        .isEqualTo(offset)
        .isEqualTo(geometry.compactBytes(1 << log))
        .isEqualTo(2 * layers * scales + geometry.tokenBytes() * (1 << log));
    assertThat(geometry.compactBytes(1)).isEqualTo(2 * layers * scales + geometry.tokenBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,1,1,layers must be at least 1",
    "1,0,1,1,kvHeads must be at least 1",
    "1,1,-3,1,'headSize must be at least 1, got -3'",
    "1,1,1,0,chunkTokens must be a power of two",
    "1,1,1,-8,chunkTokens must be a power of two",
    "1,1,1,-2147483648,chunkTokens must be a power of two",
    "1,1,1,96,'chunkTokens must be a power of two, got 96'"
  })
  void outOfBounds(int layers, int kvHeads, int headSize, int chunkTokens, String message) {
    assertThatThrownBy(() -> new PageGeometry(layers, kvHeads, headSize, chunkTokens, DataType.F32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /** The products of the last ones overflow an int, and a long. */
  @ParameterizedTest
  @CsvSource({"32,32,128,8192", "1,65536,65536,1", "1073741824,1073741824,4,1", "2,4,8,1073741824"})
  void largerThanAnIntAddresses(int layers, int kvHeads, int headSize, int chunkTokens) {
    assertThatThrownBy(() -> new PageGeometry(layers, kvHeads, headSize, chunkTokens, DataType.F32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("smaller than 2 GiB")
        .hasMessageContaining(" bytes, so choose a smaller chunkTokens than " + chunkTokens);
  }

  @Test
  void dataTypesHaveTheirNumbers() {
    assertThat(DataType.values()).extracting(DataType::code).containsExactly(0, 1, 2, 3);
    assertThat(DataType.values()).allSatisfy(t -> assertThat(DataType.of(t.code())).isSameAs(t));
    assertThat(DataType.of(-1)).isNull();
    assertThat(DataType.of(4)).isNull();
  }

  @Test
  void theLargestPageIsAddressable() {
    PageGeometry geometry = new PageGeometry(1, 1, 1, BIG / 8, DataType.F32);
    assertThat(geometry.pageBytes()).isEqualTo(BIG);
    assertThatThrownBy(() -> new PageGeometry(1, 1, 1, BIG / 4, DataType.F32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void descriptorsFitTheGeometry() {
    PageGeometry geometry = new PageGeometry(2, 1, 8, 64, DataType.BF16);
    assertThat(new ChunkDescriptor(KEY, KEY, 0, 64, geometry).isFirst()).isTrue();
    assertThat(new ChunkDescriptor(KEY, KEY, 128, 1, geometry).isFirst()).isFalse();
    refused(geometry, 0, 0, "positions must be 1 to 64, got 0");
    refused(geometry, 0, 65, "positions must be 1 to 64, got 65");
    refused(geometry, 32, 64, "startPosition must be a multiple of 64, got 32");
    refused(geometry, -64, 64, "startPosition must be a multiple of 64, got -64");
  }

  private static void refused(PageGeometry geometry, int start, int positions, String message) {
    assertThatThrownBy(() -> new ChunkDescriptor(KEY, KEY, start, positions, geometry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
