/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.concurrent.CountDownLatch;

/** While it is open, Ctrl-C asks for an end, and the JVM waits for it. */
final class AtInterrupt implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  /**
   * @param stop makes the work between here and {@link #close} end
   */
  AtInterrupt(Runnable stop) {
    hook =
        new Thread(
            () -> {
              stop.run();
              awaitClosed();
            },
            "end at Ctrl-C");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Ctrl-C came: the JVM is on its way out
    }
  }
}
