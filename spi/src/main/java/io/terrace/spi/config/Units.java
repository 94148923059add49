/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers with a unit, counted in the smallest one. What one unit too many or a fraction would make
 * inexact is refused rather than rounded.
 *
 * @param units largest first, so that rendering takes the largest that divides the value
 * @param plain whether a number without a unit counts in the smallest one
 */
record Units(List<Unit> units, boolean plain) {
  static final Units BYTES =
      new Units(
          List.of(
              new Unit("TiB", 1L << 40),
              new Unit("TB", 1_000_000_000_000L),
              new Unit("GiB", 1L << 30),
              new Unit("GB", 1_000_000_000L),
              new Unit("MiB", 1L << 20),
              new Unit("MB", 1_000_000L),
              new Unit("KiB", 1L << 10),
              new Unit("kB", 1_000L),
              new Unit("B", 1L)),
          true);
  static final Units NANOS =
      new Units(
          List.of(
              new Unit("d", 86_400_000_000_000L),
              new Unit("h", 3_600_000_000_000L),
              new Unit("m", 60_000_000_000L),
              new Unit("s", 1_000_000_000L),
              new Unit("ms", 1_000_000L),
              new Unit("us", 1_000L),
              new Unit("ns", 1L)),
          false);

  // The digits are bounded: a number of a million digits would only cost time.
  private static final Pattern NUMBER =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)\\s*([a-zA-Z]*)");

  long parse(String text) {
    Matcher number = NUMBER.matcher(text.strip());
    if (!number.matches()) {
      throw new IllegalArgumentException("not a number with a unit");
    }
    BigDecimal factor = BigDecimal.valueOf(factor(number.group(2)));
    try {
      return new BigDecimal(number.group(1)).multiply(factor).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a fraction of the smallest unit, or too large", e);
    }
  }

  String render(long value) {
    if (value == 0) {
      return plain ? "0" : "0" + units.get(units.size() - 1).name();
    }
    Unit unit = units.stream().filter(u -> value % u.factor() == 0).findFirst().orElse(smallest());
    return value / unit.factor() + (plain && unit.factor() == 1 ? "" : unit.name());
  }

  private long factor(String name) {
    if (name.isEmpty() && plain) {
      return 1;
    }
    return units.stream()
        .filter(unit -> unit.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such unit"))
        .factor();
  }

  private Unit smallest() {
    return units.get(units.size() - 1);
  }

  record Unit(String name, long factor) {}
}
