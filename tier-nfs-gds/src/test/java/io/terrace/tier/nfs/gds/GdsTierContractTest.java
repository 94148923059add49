/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import io.terrace.spi.Capabilities;
import io.terrace.spi.DevicePath;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.example.FolderTier;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.HostDevice;
import io.terrace.spi.kit.KvTierContract;
import io.terrace.spi.kit.TestDevice;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A tier of files with the way to the device beside the host's keeps the rules of both. */
final class GdsTierContractTest extends KvTierContract {
  @TempDir private Path folder;

  private final StandIn library = StandIn.fresh();
  private final HostDevice device = new HostDevice();

  @Override
  protected KvTier open(TierContext context) {
    return new GdsTier(new FolderTier(folder), library.open(), new FolderFiles(folder));
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return open(context);
  }

  @Override
  protected TestDevice device() {
    return device;
  }

  private static final class GdsTier extends ForwardingTier {
    private final Gds gds;
    private final GdsPath path;

    GdsTier(KvTier files, Gds gds, ChunkFiles chunkFiles) {
      super(files);
      this.gds = gds;
      this.path = new GdsPath(gds, chunkFiles, 4, false);
    }

    @Override
    public Capabilities capabilities() {
      return right.capabilities().withDirectPath();
    }

    @Override
    public DevicePath devicePath() {
      return path;
    }

    @Override
    public void close() {
      super.close();
      path.close();
      gds.close();
    }
  }
}
