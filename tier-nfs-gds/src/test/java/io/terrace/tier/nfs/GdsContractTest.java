/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.kit.HostDevice;
import io.terrace.spi.kit.TestDevice;
import io.terrace.tier.nfs.gds.StandIn;
import io.terrace.tier.nfs.io.ChannelReads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The tier keeps every rule with a way to device memory, over a library that stands in. */
final class GdsContractTest extends NfsContract {
  @TempDir private Path temporary;

  private final HostDevice device = new HostDevice();
  private final StandIn library = StandIn.fresh();

  @Override
  Path folder() {
    return temporary;
  }

  @Override
  protected KvTier open(TierContext context) throws IOException {
    Path root = Files.createDirectories(temporary.resolve("root"));
    return Opened.at(root).tier(context, new ChannelReads(), library.open());
  }

  @Override
  protected TestDevice device() {
    return device;
  }

  @Override
  protected int rounds() {
    return 20;
  }
}
