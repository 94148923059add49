/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages in fewer bits: where everything lies, and how much is lost. */
final class PagePrecisionTest {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final PageGeometry EXACT = new PageGeometry(3, 5, 7, 16, DataType.F32);
  private static final byte UNTOUCHED = 0x55;

  private final Random random = new Random(20261125);

  @ParameterizedTest
  @EnumSource(names = "F32", mode = EnumSource.Mode.EXCLUDE)
  void noMoreIsLostThanTheTypeLoses(DataType type) {
    PagePrecision precision = new PagePrecision(EXACT, type);
    for (int positions : new int[] {1, 2, 15, 16}) {
      MemorySegment page = page();
      MemorySegment narrow = page(precision.kept());
      MemorySegment back = page(EXACT);
      precision.narrow(positions, page, narrow);
      precision.widen(positions, narrow, back);
      assertErrors(type, positions, page, back);
    }
  }

  private void assertErrors(DataType type, int positions, MemorySegment page, MemorySegment back) {
    for (int plane = 0; plane < 2 * EXACT.layers(); plane++) {
      for (int channel = 0; channel < EXACT.kvLength(); channel++) {
        double most = largest(page, plane, channel, positions);
        for (int p = 0; p < positions; p++) {
          float exact = page.get(F32, offset(plane, p, channel));
          double error = Math.abs(exact - (double) back.get(F32, offset(plane, p, channel)));
          double allowed =
              switch (type) {
                case F32 -> 0;
                case BF16 -> Math.abs(exact) * 0x1p-8;
                case F16 -> Math.abs(exact) * 0x1p-11;
                case Q8 -> most / 127 * 0.500001;
              };
          assertThat(error)
              .as("plane %d, %d, channel %d", plane, p, channel)
              .isLessThanOrEqualTo(allowed);
        }
      }
    }
  }

  private static double largest(MemorySegment page, int plane, int channel, int positions) {
    double largest = 0;
    for (int p = 0; p < positions; p++) {
      largest = Math.max(largest, Math.abs(page.get(F32, offset(plane, p, channel))));
    }
    return largest;
  }

  private static long offset(int plane, int position, int channel) {
    return (long) plane * EXACT.planeBytes() + 4L * (position * EXACT.kvLength() + channel);
  }

  @ParameterizedTest
  @EnumSource(names = "F32", mode = EnumSource.Mode.EXCLUDE)
  void onlyTheFirstPositionsAreTouched(DataType type) {
    PagePrecision precision = new PagePrecision(EXACT, type);
    MemorySegment narrow = page(precision.kept());
    precision.narrow(4, page(), narrow);
    assertUntouchedFrom(4, precision.kept(), narrow);
    MemorySegment wide = page(EXACT);
    precision.widen(4, narrow, wide);
    assertUntouchedFrom(4, EXACT, wide);
  }

  private static void assertUntouchedFrom(
      int positions, PageGeometry geometry, MemorySegment page) {
    int used = geometry.scalesBytes() + positions * geometry.rowBytes();
    for (int plane = 0; plane < 2 * geometry.layers(); plane++) {
      for (int i = used; i < geometry.planeBytes(); i++) {
        byte found = page.get(ValueLayout.JAVA_BYTE, (long) plane * geometry.planeBytes() + i);
        assertThat(found).as("plane %d, byte %d", plane, i).isEqualTo(UNTOUCHED);
      }
    }
  }

  /** Each plane: the scales of its channels, then a row of bytes for each position. */
  @Test
  void q8BeginsEachPlaneWithItsScales() {
    PagePrecision precision = new PagePrecision(EXACT, DataType.Q8);
    PageGeometry geometry = precision.kept();
    MemorySegment page = page();
    MemorySegment narrow = page(geometry);
    precision.narrow(16, page, narrow);
    for (int plane = 0; plane < 2 * EXACT.layers(); plane++) {
      long start = (long) plane * geometry.planeBytes();
      for (int channel = 0; channel < EXACT.kvLength(); channel++) {
        float scale = narrow.get(F32, start + 4L * channel);
        assertThat(scale).isEqualTo((float) largest(page, plane, channel, 16) / 127);
        int most = 0;
        for (int p = 0; p < 16; p++) {
          long row = start + geometry.scalesBytes() + (long) p * EXACT.kvLength();
          most = Math.max(most, Math.abs(narrow.get(ValueLayout.JAVA_BYTE, row + channel)));
        }
        assertThat(most).isEqualTo(127);
      }
    }
  }

  @Test
  void onlyBinary32BecomesAnotherType() {
    PageGeometry narrow = new PagePrecision(EXACT, DataType.BF16).kept();
    assertThatThrownBy(() -> new PagePrecision(narrow, DataType.Q8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("F32 is what becomes another type, not BF16 to Q8");
    assertThatThrownBy(() -> new PagePrecision(EXACT, DataType.F32))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PagePrecision(EXACT, DataType.Q8).narrow(17, page(), page()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("positions must be 0 to 16, got 17");
  }

  private MemorySegment page() {
    MemorySegment page = page(EXACT);
    for (long i = 0; i < page.byteSize(); i += 4) {
      page.set(F32, i, (float) (random.nextGaussian() * Math.exp(random.nextGaussian())));
    }
    return page;
  }

  private static MemorySegment page(PageGeometry geometry) {
    return Arena.ofAuto().allocate(geometry.pageBytes()).fill(UNTOUCHED);
  }
}
