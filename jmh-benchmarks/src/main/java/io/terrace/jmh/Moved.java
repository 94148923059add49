/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Bytes that went through a benchmark. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Moved {
  /** In units of 10^9. */
  public double gigabytes;

  void add(long bytes) {
    gigabytes += bytes / 1e9;
  }
}
