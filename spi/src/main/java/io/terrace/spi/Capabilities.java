/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * What a tier says of itself when it was opened. Facts about this machine and these settings, not
 * about the class: a tier that could write to a device but finds none says so here.
 *
 * @param shared other instances see what this one writes
 * @param durable what was written is there after a restart
 * @param lends {@link KvTier#lease} can give something
 * @param retainsPages the tier may keep the page it is given instead of a copy
 * @param direct {@link KvTier#devicePath} moves bytes without a copy in host memory
 * @param alignment what the address and length of payload memory should be a multiple of, for
 *     speed; a power of two, at most 4,096. Any alignment must work
 * @param concurrency how many calls at once serve best, 1 to 1,024
 */
public record Capabilities(
    boolean shared,
    boolean durable,
    boolean lends,
    boolean retainsPages,
    boolean direct,
    int alignment,
    int concurrency) {
  /** The largest alignment that a tier can ask for: that of a page. */
  public static final int MAX_ALIGNMENT = 4096;

  private static final int MAX_CONCURRENCY = 1024;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException with what is allowed
   */
  public Capabilities {
    if (alignment < 1 || alignment > MAX_ALIGNMENT || Integer.bitCount(alignment) != 1) {
      throw new IllegalArgumentException(
          "alignment must be a power of two, at most " + MAX_ALIGNMENT + ", got " + alignment);
    }
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw new IllegalArgumentException(
          "concurrency must be 1 to " + MAX_CONCURRENCY + ", got " + concurrency);
    }
  }

  /** A tier in this process's memory: nothing shared, nothing durable, one call at a time. */
  public static Capabilities inProcess() {
    return new Capabilities(false, false, false, false, false, 1, 1);
  }

  /** A tier that other instances and later processes see. */
  public static Capabilities sharedStore() {
    return new Capabilities(true, true, false, false, false, 1, 1);
  }

  /** The same, {@link #lends lending}. */
  public Capabilities lending() {
    return new Capabilities(shared, durable, true, retainsPages, direct, alignment, concurrency);
  }

  /** The same, {@link #retainsPages keeping pages}. */
  public Capabilities retainingPages() {
    return new Capabilities(shared, durable, lends, true, direct, alignment, concurrency);
  }

  /** The same, with a {@link #direct direct path} to the device. */
  public Capabilities withDirectPath() {
    return new Capabilities(shared, durable, lends, retainsPages, true, alignment, concurrency);
  }

  /** The same, with another {@link #alignment}. */
  public Capabilities withAlignment(int bytes) {
    return new Capabilities(shared, durable, lends, retainsPages, direct, bytes, concurrency);
  }

  /** The same, with another {@link #concurrency}. */
  public Capabilities withConcurrency(int calls) {
    return new Capabilities(shared, durable, lends, retainsPages, direct, alignment, calls);
  }
}
