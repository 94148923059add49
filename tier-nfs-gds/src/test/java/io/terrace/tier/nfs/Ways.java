/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.Deadline;
import io.terrace.tier.nfs.io.ReadPathProbe;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;
import java.nio.file.Path;
import java.time.Duration;

/** Which ways of reading work in a folder. */
final class Ways {
  private Ways() {}

  /** Skips the test, with the reason, where a way does not work. */
  static void require(ReadWay way, Path folder) {
    ReadPaths found = ReadPathProbe.run(folder, way, 8, Deadline.after(Duration.ofSeconds(30)));
    assumeTrue(way == ReadWay.AUTO || found.chosen() == way, "skipped: " + found);
  }
}
