/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.DataType;
import org.jspecify.annotations.Nullable;

/** In how many bits KV is kept, in all tiers alike. */
public enum KvPrecision {
  /** In every bit that the runtime computed. */
  EXACT(null),
  /** In the upper half of each number. */
  BF16(DataType.BF16),
  /** As IEEE 754 binary16. */
  F16(DataType.F16),
  /** As a signed byte, with a scale for each channel of a chunk. */
  Q8(DataType.Q8);

  private final @Nullable DataType dataType;

  KvPrecision(@Nullable DataType dataType) {
    this.dataType = dataType;
  }

  /** The type of the elements that are kept; null for those of the runtime. */
  public @Nullable DataType dataType() {
    return dataType;
  }
}
