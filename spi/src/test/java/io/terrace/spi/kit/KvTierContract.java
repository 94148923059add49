/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.KvTier;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierContext;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every tier must do, as tests. Extend it in the module of a tier and say how to {@link
 * #open}; override the hooks that the tier can serve, or the rules behind them are skipped by name.
 * Tests are named by the rules in the README of {@code spi}; a message ends with what to check.
 *
 * <p>Each test gets an instance of its own, so that a field annotated with {@code @TempDir} is a
 * fresh store.
 */
public abstract class KvTierContract
    implements LifeRules,
        WritingRules,
        FailedWriteRules,
        ReadingRules,
        SinkRules,
        BatchRules,
        RemovingRules,
        EvictionRules,
        ListingRules,
        LeaseRules,
        PageRules,
        CapabilityRules,
        DeviceRules,
        TimeRules,
        ThreadRules,
        SelfRules {
  private @Nullable TierBench bench;

  /**
   * Opens the tier, on a store that is empty. Called once a test.
   *
   * @throws IOException if the store cannot be prepared
   */
  protected abstract KvTier open(TierContext context) throws IOException;

  /**
   * Opens another tier on the store of the tier that {@link #open} gave, which may be closed or
   * not. To be overridden for tiers that are durable or shared.
   *
   * @return null if the store ends with its tier
   * @throws IOException if the store cannot be reached
   */
  protected @Nullable KvTier reopen(TierContext context) throws IOException {
    return null;
  }

  /**
   * Opens the tier, on an empty store that has room for so many chunks of {@link TestChunks#SMALL}
   * and not for one more.
   *
   * @return null if the tier has no bounds
   * @throws IOException if the store cannot be prepared
   */
  protected @Nullable KvTier openWithRoomFor(int chunks, TierContext context) throws IOException {
    return null;
  }

  /**
   * Changes what is stored under a key behind the tier's back, as a failing disk would.
   *
   * @param change takes header and payload, joined, and gives what is to be there instead; of any
   *     length
   * @return false if nothing is stored under the key, or if it cannot be changed
   * @throws IOException if that failed
   */
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    return false;
  }

  /**
   * Makes the store of the open tier fail at every access, or mends it.
   *
   * @return false if that cannot be done
   * @throws IOException if that failed
   */
  protected boolean setBroken(boolean broken) throws IOException {
    return false;
  }

  /** The device that the tier has a path to, or what stands in for it; null if there is none. */
  protected @Nullable TestDevice device() {
    return null;
  }

  /**
   * The shape of the largest chunk to test with: 32 MiB, the most that the engine makes unasked.
   */
  protected PageGeometry largest() {
    return new PageGeometry(16, 8, 128, 256, DataType.F32);
  }

  /** How often a race is run. More finds more. */
  protected int rounds() {
    return 200;
  }

  /** How long a call may take before it counts as hanging. Nothing is asserted of shorter times. */
  protected Duration patience() {
    return Duration.ofSeconds(60);
  }

  @BeforeEach
  final void openBench() throws IOException {
    bench = new TierBench(this);
  }

  @AfterEach
  final void closeBench() {
    bench().close();
  }

  /** The tier under test and what is needed to test it. */
  @Override
  public final TierBench bench() {
    if (bench == null) {
      throw new IllegalStateException("no test is running");
    }
    return bench;
  }
}
