/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.Map;

/**
 * How fast tiers and models were, to be kept from one process for the next.
 *
 * @param tiers by the tier's name
 * @param models by the model's fingerprint, in hexadecimal digits
 */
public record Speeds(Map<String, OfTier> tiers, Map<String, OfModel> models) {
  /** Nothing is known. */
  public static final Speeds NONE = new Speeds(Map.of(), Map.of());

  /**
   * A tier; what is not known is NaN.
   *
   * @param latencyNanos from a read to its first header
   * @param nanosPerByte once it comes
   * @param probeNanos from the question which chunks are here to its answer
   */
  public record OfTier(double latencyNanos, double nanosPerByte, double probeNanos) {}

  /**
   * A model that computes a prompt.
   *
   * @param perToken nanoseconds a token
   * @param perTokenAndDepth nanoseconds a token and position before it
   */
  public record OfModel(double perToken, double perTokenAndDepth) {}

  /** Keeps copies. */
  public Speeds {
    tiers = Map.copyOf(tiers);
    models = Map.copyOf(models);
  }
}
