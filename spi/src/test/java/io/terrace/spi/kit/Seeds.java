/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The seed of a test run: what {@code -Dterrace.test.seed} says, or another one in every run.
 * Printed once, so that a failure can be repeated.
 */
public final class Seeds {
  /** The system property that sets the seed. */
  public static final String PROPERTY = "terrace.test.seed";

  private static final long SEED = choose();

  private Seeds() {}

  /** The seed of this run. */
  public static long get() {
    return SEED;
  }

  private static long choose() {
    Long set = Long.getLong(PROPERTY);
    long seed = set != null ? set : ThreadLocalRandom.current().nextLong(1L << 32);
    System.out.println("To repeat this run: -D" + PROPERTY + "=" + seed);
    return seed;
  }
}
