/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * Makes policies. Found through {@link java.util.ServiceLoader}, as tiers are: a public class with
 * a public constructor without parameters, named in {@code
 * META-INF/services/io.terrace.spi.EvictionPolicyProvider}.
 */
public interface EvictionPolicyProvider {
  /** The name by which configuration chooses it: small letters, digits and dashes. */
  String name();

  /**
   * A policy for one tier.
   *
   * @param capacityBytes what the tier keeps at most
   */
  EvictionPolicy open(long capacityBytes);
}
