/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.ReadWay;
import io.terrace.tier.nfs.io.Volume;
import java.io.IOException;

/**
 * The tier keeps every rule on ext4 of its own, over a loop device, read and written past the page
 * cache.
 */
final class Ext4DirectContractTest extends MountedContract {
  @Override
  Volume mount() throws IOException, InterruptedException {
    return Volume.ext4(400);
  }

  @Override
  ReadWay way() {
    return ReadWay.DIRECT;
  }
}
