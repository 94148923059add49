/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.TierContext;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.tier.nfs.gds.Gds;
import io.terrace.tier.nfs.io.ChannelReads;
import io.terrace.tier.nfs.io.FileSystemKind;
import io.terrace.tier.nfs.io.ReadPath;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Opens tiers for tests, without a probe of the volume, and below what settings may say. */
record Opened(
    Path root, long capacityBytes, Sync sync, int threads, MapMode map, Duration presenceAge) {
  static Opened at(Path root) {
    return new Opened(root, 1L << 40, Sync.NONE, 16, MapMode.OFF, Duration.ZERO);
  }

  Opened capacity(long bytes) {
    return new Opened(root, bytes, sync, threads, map, presenceAge);
  }

  Opened sync(Sync forced) {
    return new Opened(root, capacityBytes, forced, threads, map, presenceAge);
  }

  Opened threads(int count) {
    return new Opened(root, capacityBytes, sync, count, map, presenceAge);
  }

  Opened map(MapMode mode) {
    return new Opened(root, capacityBytes, sync, threads, mode, presenceAge);
  }

  Opened presenceAge(Duration age) {
    return new Opened(root, capacityBytes, sync, threads, map, age);
  }

  NfsTier tier() throws IOException {
    return tier(new RecordingContext());
  }

  NfsTier tier(TierContext context) throws IOException {
    return tier(context, new ChannelReads());
  }

  NfsTier tier(TierContext context, ReadPath path) throws IOException {
    return tier(context, path, Gds.none("not in this test"));
  }

  NfsTier tier(TierContext context, ReadPath path, Gds gds) throws IOException {
    FileSystemKind kind = FileSystemKind.of(root);
    ReadPaths paths = new ReadPaths(ReadWay.CHANNEL, "as set", List.of(), false, 1);
    NfsSettings settings =
        new NfsSettings(
            root, capacityBytes, sync, threads, ReadWay.CHANNEL, map, GdsMode.ON, presenceAge);
    VolumeFacts facts = new VolumeFacts(kind, paths, Mapping.of(map, kind), gds);
    return new NfsTier(settings, context, facts, path);
  }
}
