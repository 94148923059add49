/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.eviction;

import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.EvictionPolicyProvider;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The policies that are always there, and others, by their names. */
public final class EvictionPolicies {
  private EvictionPolicies() {}

  /**
   * A policy for one tier.
   *
   * @param others beside those that are always there
   * @throws IllegalArgumentException if there is none of that name; the message names those that
   *     there are
   */
  public static EvictionPolicy open(
      String name, long capacityBytes, Collection<? extends EvictionPolicyProvider> others) {
    if (name.equals(LeastRecentlyUsed.NAME)) {
      return new LeastRecentlyUsed();
    }
    if (name.equals(HitDensity.NAME)) {
      return new HitDensity();
    }
    SortedSet<String> names = new TreeSet<>(List.of(LeastRecentlyUsed.NAME, HitDensity.NAME));
    for (EvictionPolicyProvider other : others) {
      if (other.name().equals(name)) {
        return other.open(capacityBytes);
      }
      names.add(other.name());
    }
    throw new IllegalArgumentException(String.join(", ", names));
  }
}
