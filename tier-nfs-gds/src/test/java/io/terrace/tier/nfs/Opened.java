/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.TierContext;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.tier.nfs.gds.Gds;
import io.terrace.tier.nfs.io.FileSystemKind;
import io.terrace.tier.nfs.io.Forcing;
import io.terrace.tier.nfs.io.ReadPath;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Opens tiers for tests, without a probe of the volume, and below what settings may say. */
record Opened(
    Path root,
    long capacityBytes,
    Sync sync,
    int threads,
    ReadWay read,
    MapMode map,
    Duration presenceAge,
    Forcing forcing) {
  private static final int DEPTH = 8;

  static Opened at(Path root) {
    return new Opened(
        root, 1L << 40, Sync.NONE, 16, ReadWay.CHANNEL, MapMode.OFF, Duration.ZERO, Forcing.SYSTEM);
  }

  Opened capacity(long bytes) {
    return new Opened(root, bytes, sync, threads, read, map, presenceAge, forcing);
  }

  Opened sync(Sync forced, Forcing by) {
    return new Opened(root, capacityBytes, forced, threads, read, map, presenceAge, by);
  }

  Opened threads(int count) {
    return new Opened(root, capacityBytes, sync, count, read, map, presenceAge, forcing);
  }

  /** Past the page cache unless it is the channel, and written like that. */
  Opened read(ReadWay way) {
    return new Opened(root, capacityBytes, sync, threads, way, map, presenceAge, forcing);
  }

  Opened map(MapMode mode) {
    return new Opened(root, capacityBytes, sync, threads, read, mode, presenceAge, forcing);
  }

  Opened presenceAge(Duration age) {
    return new Opened(root, capacityBytes, sync, threads, read, map, age, forcing);
  }

  NfsTier tier() throws IOException {
    return tier(new RecordingContext());
  }

  NfsTier tier(TierContext context) throws IOException {
    return tier(context, paths().open());
  }

  NfsTier tier(TierContext context, ReadPath path) throws IOException {
    return tier(context, path, Gds.none("not in this test"));
  }

  NfsTier tier(TierContext context, ReadPath path, Gds gds) throws IOException {
    FileSystemKind kind = FileSystemKind.of(root);
    NfsSettings settings =
        new NfsSettings(root, capacityBytes, sync, threads, read, map, GdsMode.ON, presenceAge);
    VolumeFacts facts = new VolumeFacts(kind, paths(), Mapping.of(map, kind), gds);
    return new NfsTier(settings, context, facts, path, forcing);
  }

  private ReadPaths paths() {
    return new ReadPaths(read, "as set", List.of(), read != ReadWay.CHANNEL, DEPTH);
  }
}
