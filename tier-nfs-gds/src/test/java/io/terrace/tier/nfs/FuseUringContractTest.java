/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.tier.nfs.io.ReadWay;
import io.terrace.tier.nfs.io.Volume;
import java.io.IOException;

/** The tier keeps every rule on FUSE, read by io_uring. */
final class FuseUringContractTest extends MountedContract {
  @Override
  Volume mount() throws IOException, InterruptedException {
    return Volume.fuse();
  }

  @Override
  ReadWay way() {
    return ReadWay.URING;
  }
}
