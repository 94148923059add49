/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionTest {
  enum Mode {
    OFF,
    READ_ONLY
  }

  private static final Option<Long> SIZE = Option.bytes("size", "");
  private static final Option<Duration> WAIT = Option.duration("wait", "");

  private static <T> T read(Option<T> option, String text) {
    return Settings.of(ConfigSpec.of(option), Map.of(option.name(), text)).get(option);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1048576, 1048576",
    "17B, 17",
    "64MiB, 67108864",
    "64 mib, 67108864",
    "2GB, 2000000000",
    "3kB, 3000",
    "1.5GiB, 1610612736",
    "9223372036854775807, 9223372036854775807",
    "8388607TiB, 9223370937343148032"
  })
  void readsSizes(String text, long bytes) {
    assertThat(read(SIZE, text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "64M",
        "64m",
        "MiB",
        "1.5",
        "1e3",
        "0x10",
        "64MiBs",
        "8388608TiB",
        "1_0"
      })
  void refusesOtherSizes(String text) {
    assertThatThrownBy(() -> read(SIZE, text))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "given by code: 'size' is '%s', wanted a size such as 64MiB, 2GB or 1048576", text);
  }

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "250ms, PT0.25S",
    "0s, PT0S",
    "1.5h, PT1H30M",
    "7d, PT168H",
    "1 m, PT1M",
    "5us, PT0.000005S",
    "9223372036854775807ns, PT2562047H47M16.854775807S"
  })
  void readsDurations(String text, Duration expected) {
    assertThat(read(WAIT, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "30", "-1s", "0.5ns", "200000d", "PT30S", "1s1ms"})
  void refusesOtherDurations(String text) {
    assertThatThrownBy(() -> read(WAIT, text))
        .hasMessage("given by code: 'wait' is '%s', wanted a duration such as 30s or 250ms", text);
  }

  @Test
  void readsTheOtherTypes() {
    assertThat(read(Option.bool("x", ""), "True")).isTrue();
    assertThat(read(Option.integer("x", ""), "-7")).isEqualTo(-7);
    assertThat(read(Option.longInteger("x", ""), "9000000000")).isEqualTo(9_000_000_000L);
    assertThat(read(Option.choice("x", Mode.class, ""), "read-only")).isEqualTo(Mode.READ_ONLY);
    assertThat(read(Option.string("x", ""), "")).isEmpty();
    assertThat(read(Option.path("x", ""), "/a/b")).isEqualTo(Path.of("/a/b"));
    assertThat(read(Option.strings("x", ""), "a, b")).containsExactly("a", "b");
    assertThat(read(Option.strings("x", ""), "")).isEmpty();
  }

  @Test
  void saysWhatIsAllowedForEachType() {
    refuses(Option.bool("x", ""), "yes", "true or false");
    refuses(Option.integer("x", ""), "2147483648", "a whole number");
    refuses(Option.longInteger("x", ""), "1.0", "a whole number");
    refuses(Option.choice("x", Mode.class, ""), "READ_ONLY", "one of off, read-only");
    refuses(Option.path("x", ""), " ", "a path");
    refuses(Option.path("x", ""), "a\0b", "a path");
    refuses(Option.strings("x", ""), "a,,b", "a list");
  }

  @Test
  void saysEachBrokenBound() {
    Option<Integer> port = Option.integer("x", "").min(1).max(9);
    refuses(port, "0", "a whole number, at least 1, at most 9");
    refuses(port, "10", "a whole number, at least 1, at most 9");
    refuses(SIZE.min(1L << 20), "1MB", SIZE.allowed() + ", at least 1MiB");
    refuses(Option.integer("x", "").oneOf(32, 64), "33", "a whole number, one of 32, 64");
    refuses(
        Option.path("x", "").check("an absolute path", Path::isAbsolute),
        "a/b",
        "a path, an absolute path");
    assertThat(read(port, "1")).isEqualTo(1);
    assertThat(read(port, "9")).isEqualTo(9);
  }

  private static void refuses(Option<?> option, String text, String allowed) {
    assertThatThrownBy(() -> read(option, text))
        .isInstanceOf(ConfigException.class)
        .hasMessage("given by code: '%s' is '%s', wanted %s", option, text, allowed);
  }

  @Test
  void checksValuesOfCode() {
    Option<Long> option = SIZE.min(4096L);
    assertThat(option.checked(4096L)).isEqualTo(4096);
    assertThatThrownBy(() -> option.checked(4095L))
        .hasMessage("'size' is '4095', wanted %s, at least 4KiB", SIZE.allowed());
    assertThatThrownBy(() -> option.asSecret().checked(4095L)).hasMessageContaining("'***'");
  }

  @Test
  void refusesBadDeclarations() {
    for (String name : List.of("", "Pool", "a..b", "a b", ".a", "a.", "a_b", "a\n")) {
      assertThatThrownBy(() -> Option.bool(name, "")).hasMessageContaining("'" + name + "'");
    }
    assertThatThrownBy(() -> Option.string("x", "").min("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("option x: a string has no bounds");
  }
}
