/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;

/** Reading on FUSE. */
final class FuseReadPathTest extends ReadPathRules {
  @Override
  Volume mount() throws IOException, InterruptedException {
    return Volume.fuse();
  }
}
