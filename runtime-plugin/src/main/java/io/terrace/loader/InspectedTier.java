/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.engine.ChunkCoding;
import io.terrace.engine.StackTier;
import io.terrace.engine.TierClosing;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A tier that was opened for a person. Used by one thread. */
public final class InspectedTier implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final StackTier opened;
  private final Consumer<String> notClosed;

  InspectedTier(StackTier opened, Consumer<String> notClosed) {
    this.opened = opened;
    this.notClosed = notClosed;
  }

  /** The tier; to be closed by {@link #close} only. */
  public KvTier tier() {
    return opened.tier();
  }

  /** How its chunks are stored; null where it keeps pages. */
  @Nullable ChunkCoding coding() {
    return opened.coding();
  }

  /** Closes the tier. One that cannot be closed, or hangs, is left behind and told of. */
  @Override
  public void close() {
    TierClosing closing =
        new TierClosing(failure -> notClosed.accept(String.valueOf(failure.getMessage())));
    closing.begin(opened.name(), opened.tier()::close);
    closing.await(Deadline.after(PATIENCE));
  }
}
