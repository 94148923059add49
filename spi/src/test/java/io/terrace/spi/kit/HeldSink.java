/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A sink that takes its time: the read that asks it goes on when the test says so. */
final class HeldSink extends RecordingSink {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @Override
  public @Nullable MemorySegment accept(MemorySegment header, long payloadBytes) {
    MemorySegment memory = super.accept(header, payloadBytes);
    asked.countDown();
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        interrupted = true; // the test decides when, not the tier
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return memory;
  }

  CountDownLatch asked() {
    return asked;
  }

  void release() {
    released.countDown();
  }
}
