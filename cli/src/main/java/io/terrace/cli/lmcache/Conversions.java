/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import io.terrace.cli.lmcache.Converted.Value;
import io.terrace.cli.lmcache.Converted.Without;
import io.terrace.cli.lmcache.Converted.Wrong;
import io.terrace.config.PluginOptions;
import io.terrace.config.TierOptions;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.RawSetting;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** How values of LMCache's are written here: one method for each kind of value. */
final class Conversions {
  private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
  private static final BigDecimal MOST_GIB = BigDecimal.valueOf(1L << 30); // an exbibyte
  private static final int MOST_DIGITS = 30;
  private static final Option<Long> CAPACITY = Option.bytes("capacity", "").min(1L << 20);
  private static final Option<Integer> THREADS = Option.integer("threads", "").min(1).max(256);
  private static final Option<Integer> CONNECTIONS =
      Option.integer("connections", "").min(1).max(1024);
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");
  private static final Pattern URL = Pattern.compile("https?://[^\\s@]+");
  private static final Set<String> YES = Set.of("true", "yes", "on", "1");
  private static final Set<String> NO = Set.of("false", "no", "off", "0");
  private static final String FILE = "file://";

  private Conversions() {}

  /** LMCache counts {@code chunk_size} in tokens, as we do, and takes any number. */
  static Converted chunkTokens(RawSetting raw) {
    return whole(raw, PluginOptions.CHUNK_TOKENS, Function.identity());
  }

  static Converted threads(RawSetting raw) {
    return whole(raw, THREADS, Function.identity());
  }

  static Converted seconds(RawSetting raw) {
    return whole(raw, TierOptions.TIMEOUT, Duration::ofSeconds);
  }

  static Converted connections(RawSetting raw) {
    return whole(raw, CONNECTIONS, Function.identity());
  }

  static Converted poolBytes(RawSetting raw) {
    return gibibytes(raw, PluginOptions.POOL_BYTES);
  }

  static Converted capacity(RawSetting raw) {
    return gibibytes(raw, CAPACITY);
  }

  /** {@code file:///a/b/} or a plain path; of several, with commas between, the first. */
  static Converted folder(RawSetting raw) {
    List<String> folders = entries(raw);
    if (folders.isEmpty() || !folders.stream().allMatch(TerraceYaml::isWritable)) {
      return new Wrong("a folder, such as file:///mnt/kv/ or /mnt/kv");
    }
    String first = folders.get(0);
    String rest =
        folders.size() == 1
            ? null
            : "a tier has one root, the first was taken: join the others to one volume, or give each"
                + " instance its own";
    return new Value(first.startsWith(FILE) ? first.substring(FILE.length()) : first, rest);
  }

  /** Whether the page cache is passed by. */
  static Converted readWay(RawSetting raw) {
    return bool(raw, "direct", "channel");
  }

  static Converted onOff(RawSetting raw) {
    return bool(raw, "on", "off");
  }

  /** LMCache asks for HTTP/2 and takes what it gets; here it is one client's alone. */
  static Converted http2(RawSetting raw) {
    return bool(raw).orElse(false)
        ? new Without("for a server that speaks HTTP/2: set 'http2: true' and 'http: netty'")
        : bool(raw, "true", "false");
  }

  static Converted codec(RawSetting raw) {
    return "naive".equals(text(raw).orElse(""))
        ? Converted.value("raw")
        : new Without(
            "tiers keep chunks without loss: codec raw, zstd or lz4; kv.precision saves room with"
                + " loss, in all tiers alike");
  }

  static Converted line(RawSetting raw) {
    return text(raw)
        .filter(TerraceYaml::isWritable)
        .<Converted>map(Converted::value)
        .orElseGet(() -> new Wrong("a text on one line"));
  }

  static Converted prefix(RawSetting raw) {
    Converted line = line(raw);
    return line instanceof Value value
        ? Converted.value(S3Location.withoutSlashes(value.text()))
        : line;
  }

  static Converted url(RawSetting raw) {
    return text(raw)
        .filter(text -> URL.matcher(text).matches() && TerraceYaml.isWritable(text))
        .<Converted>map(Converted::value)
        .orElseGet(() -> new Wrong("a URL, such as https://s3.example.com:9000"));
  }

  /** What LMCache reads as true or false; empty if it is neither. */
  static Optional<Boolean> bool(RawSetting raw) {
    String word = text(raw).orElse("").toLowerCase(Locale.ROOT);
    return YES.contains(word)
        ? Optional.of(true)
        : NO.contains(word) ? Optional.of(false) : Optional.empty();
  }

  /** The entries of a list, or of a text with commas. */
  static List<String> entries(RawSetting raw) {
    List<String> entries = new ArrayList<>();
    for (String part : raw.parts()) {
      for (String entry : part.split(",", -1)) {
        if (!entry.isBlank()) {
          entries.add(entry.strip());
        }
      }
    }
    return entries;
  }

  /** The text, if it is one. */
  static Optional<String> text(RawSetting raw) {
    return raw.shape() == RawSetting.Shape.TEXT
        ? Optional.of(raw.parts().get(0).strip())
        : Optional.empty();
  }

  static boolean isZero(RawSetting raw) {
    return number(raw).filter(number -> number.signum() == 0).isPresent();
  }

  /** A number that is not negative; empty if it is none. */
  private static Optional<BigDecimal> number(RawSetting raw) {
    Optional<String> text = text(raw).filter(digits -> digits.length() <= MOST_DIGITS);
    try {
      return text.map(BigDecimal::new).filter(number -> number.signum() >= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Converted bool(RawSetting raw, String yes, String no) {
    return bool(raw)
        .<Converted>map(value -> Converted.value(value ? yes : no))
        .orElseGet(() -> new Wrong("true or false"));
  }

  /** LMCache says GB, and multiplies by 1,024 three times. */
  private static Converted gibibytes(RawSetting raw, Option<Long> option) {
    return number(raw)
        .filter(number -> number.compareTo(MOST_GIB) <= 0)
        .map(number -> within(option, number.multiply(GIB).longValue()))
        .orElseGet(() -> new Wrong("a number of GiB, such as 5.0"));
  }

  private static <T> Converted whole(
      RawSetting raw, Option<T> option, Function<Integer, T> converted) {
    return text(raw)
        .filter(digits -> WHOLE.matcher(digits).matches())
        .map(digits -> within(option, converted.apply(Integer.valueOf(digits))))
        .orElseGet(() -> new Wrong("a whole number, such as 256"));
  }

  private static <T> Converted within(Option<T> option, T value) {
    try {
      return Converted.value(option.render(option.checked(value)));
    } catch (ConfigException e) {
      return new Without(
          "'" + option.name() + "' takes no " + option.render(value) + " but " + option.allowed());
    }
  }
}
