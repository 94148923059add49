/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;

/** Reading on ext4. */
final class Ext4ReadPathTest extends ReadPathRules {
  @Override
  Volume mount() throws IOException, InterruptedException {
    return Volume.ext4(96);
  }
}
