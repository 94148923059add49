/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Capabilities;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.TestPage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Lends whole chunks, as a tier of mapped files does, up to a number of them. */
final class LendingTier extends ForwardingTier {
  private final int most;
  private final List<TestPage> lent = new CopyOnWriteArrayList<>();

  LendingTier(KvTier right, int most) {
    super(right);
    this.most = most;
  }

  @Override
  public Capabilities capabilities() {
    return super.capabilities().lending();
  }

  @Override
  public synchronized @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
    if (lent.size() == most) {
      return null;
    }
    TestPage page = new TestPage(Instance.GEOMETRY);
    MemorySegment header = Arena.ofAuto().allocate(ChunkHeader.BYTES);
    ReadOutcome outcome =
        read(
            key,
            (stored, payloadBytes) -> {
              header.copyFrom(stored);
              return page.segment().asSlice(0, payloadBytes);
            },
            deadline);
    if (outcome != ReadOutcome.FOUND) {
      return null;
    }
    lent.add(page);
    return new Lease(header, page);
  }

  List<TestPage> lent() {
    return lent;
  }
}
