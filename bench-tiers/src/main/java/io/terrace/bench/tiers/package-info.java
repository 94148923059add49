/** Tiers that stand round another one and are slower than it: for benchmarks, not for use. */
@NullMarked
package io.terrace.bench.tiers;

import org.jspecify.annotations.NullMarked;
