/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What is rendered is read back as the same value. */
final class RoundTripPropertyTest {
  private static final long[] FACTORS = {
    1, 1_000, 1 << 10, 1_000_000, 1 << 20, 1L << 30, 60_000_000_000L, 1L << 40, 86_400_000_000_000L
  };

  /** Any value, and values that a unit divides: the latter are rare among the former. */
  @Provide
  Arbitrary<Long> amounts() {
    Arbitrary<Long> any = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<Long> round =
        Arbitraries.integers()
            .between(0, FACTORS.length - 1)
            .flatMap(
                i ->
                    Arbitraries.longs()
                        .between(0, Long.MAX_VALUE / FACTORS[i])
                        .map(count -> count * FACTORS[i]));
    return Arbitraries.oneOf(any, round);
  }

  @Property
  void sizes(@ForAll("amounts") long bytes) {
    assertThat(roundTrip(Option.bytes("x", ""), bytes)).isEqualTo(bytes);
  }

  @Property
  void durations(@ForAll("amounts") long nanos) {
    Duration value = Duration.ofNanos(nanos);
    assertThat(roundTrip(Option.duration("x", ""), value)).isEqualTo(value);
  }

  @Property
  void sizesInAWrittenUnit(
      @ForAll @LongRange(max = 1 << 22) long count, @ForAll @IntRange(max = 4) int unit) {
    String text = count + new String[] {"B", "KiB", "MiB", "GiB", "TiB"}[unit];
    Option<Long> option = Option.bytes("x", "");
    Settings settings = Settings.of(ConfigSpec.of(option), Map.of("x", text));
    assertThat(settings.get(option)).isEqualTo(count << (10 * unit));
  }

  private static <T> T roundTrip(Option<T> option, T value) {
    return Settings.of(ConfigSpec.of(option), Map.of("x", option.render(value))).get(option);
  }
}
