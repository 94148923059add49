/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A tier that does one thing wrong, and the rules that find it.
 *
 * @param name what it does wrong
 * @param keepsPages whether it is made of an {@link InMemoryPageTier}, else of an {@link
 *     InMemoryTier}
 * @param opener makes it
 * @param rules numbers of the rules that must find it
 * @param maybe numbers of rules that find it if threads meet in the right moment
 */
record BrokenTier(
    String name, boolean keepsPages, Opener opener, Set<Integer> rules, Set<Integer> maybe) {
  /** What stands in for device memory. */
  static final HostDevice DEVICE = new HostDevice();

  /** Makes a wrong tier of a right one. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens the wrong tier.
     *
     * @param right opens the right one
     */
    KvTier open(Function<TierContext, KvTier> right, TierContext context);
  }

  /** Makes a wrong tier of a right one that is open already. */
  @FunctionalInterface
  interface Breaker {
    KvTier around(KvTier right);
  }

  static BrokenTier bytes(String name, Breaker breaker, Integer... rules) {
    return opened(name, (right, context) -> breaker.around(right.apply(context)), rules);
  }

  static BrokenTier opened(String name, Opener opener, Integer... rules) {
    return new BrokenTier(name, false, opener, new TreeSet<>(Set.of(rules)), Set.of());
  }

  static BrokenTier pages(String name, Breaker breaker, Integer... rules) {
    Opener opener = (right, context) -> breaker.around(right.apply(context));
    return new BrokenTier(name, true, opener, new TreeSet<>(Set.of(rules)), Set.of());
  }

  BrokenTier maybe(Integer... others) {
    return new BrokenTier(name, keepsPages, opener, rules, Set.of(others));
  }

  @Override
  public String toString() {
    return name;
  }
}
