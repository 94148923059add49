/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.kit.NativeStandIn;
import io.terrace.tier.nfs.io.Posix;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The library of {@code standin_cufile.c}, compiled once, and its controls. */
public final class StandIn {
  private static final Object LOCK = new Object();
  private static @Nullable StandIn only;

  private final NativeStandIn standIn;

  private StandIn(NativeStandIn standIn) {
    this.standIn = standIn;
  }

  /** The library as new; skips the test where it cannot be compiled. */
  public static StandIn fresh() {
    assumeTrue(Posix.absence().isEmpty(), () -> "skipped: " + Posix.absence());
    synchronized (LOCK) {
      StandIn library = only != null ? only : new StandIn(compile());
      only = library;
      library.tell("standin_reset");
      return library;
    }
  }

  private static NativeStandIn compile() {
    return NativeStandIn.compile(
        StandIn.class, "libcufile.so.0", List.of("standin_cufile.c"), "-lpthread");
  }

  /** What it is loaded by. */
  String library() {
    return standIn.library();
  }

  /** Opens it as if it were the real one. */
  public Gds open() {
    return open(Duration.ofSeconds(30));
  }

  /** Opens it with so much time, and itself in the place of the CUDA driver. */
  Gds open(Duration patience) {
    return Gds.probe(library(), library(), patience);
  }

  void failNth(long nth, long code) {
    tell("standin_fail", nth, code);
  }

  void shorten(long bytes) {
    tell("standin_short", bytes);
  }

  void pinAtMost(long kib) {
    tell("standin_pinned", kib);
  }

  void slowOpen(long millis) {
    tell("standin_slow_open", millis);
  }

  void withoutNvfs() {
    tell("standin_without_nvfs");
  }

  /** One of its counts, by the name in its source. */
  public long count(String what) {
    long count = standIn.count("standin_count", what);
    if (count < 0 && !what.equals("drivers")) {
      throw new IllegalArgumentException(what);
    }
    return count;
  }

  private void tell(String control, Object... numbers) {
    standIn.tell(control, numbers);
  }
}
