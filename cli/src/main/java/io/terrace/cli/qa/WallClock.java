/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

/** Seconds since 1970 that do not jump when somebody sets the machine's clock. */
final class WallClock {
  private final double startSeconds = System.currentTimeMillis() / 1e3;
  private final long startNanos = System.nanoTime();

  double now() {
    return startSeconds + (System.nanoTime() - startNanos) / 1e9;
  }
}
