/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How values of one type are read and written.
 *
 * @param name as it stands in documents
 * @param syntax what is accepted, to be read after "wanted"
 * @param parser from the written parts (one, unless {@code list}) to the value; throws {@link
 *     IllegalArgumentException} for what it does not accept
 * @param renderer the parser's inverse
 * @param order for bounds; null if the values have no order
 * @param list whether several parts are accepted
 */
record OptionType<T>(
    String name,
    String syntax,
    Function<List<String>, T> parser,
    Function<T, String> renderer,
    @Nullable Comparator<? super T> order,
    boolean list) {

  static <T> OptionType<T> unordered(
      String name, String syntax, Function<String, T> parser, Function<T, String> renderer) {
    return new OptionType<>(name, syntax, p -> parser.apply(p.get(0)), renderer, null, false);
  }

  static <T extends Comparable<T>> OptionType<T> ordered(
      String name, String syntax, Function<String, T> parser, Function<T, String> renderer) {
    Comparator<T> order = Comparator.naturalOrder();
    return new OptionType<>(name, syntax, p -> parser.apply(p.get(0)), renderer, order, false);
  }
}
