/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.tier.nfs.io.ReadWay;
import io.terrace.tier.nfs.io.Volume;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** The tier keeps every rule on ext4 of its own, over a loop device. */
final class Ext4ContractTest extends MountedContract {
  @Override
  Volume mount() throws IOException, InterruptedException {
    return Volume.ext4(400);
  }

  @Override
  ReadWay way() {
    return ReadWay.CHANNEL;
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    return damaged(key, change);
  }

  @Override
  protected int rounds() {
    return 40;
  }
}
