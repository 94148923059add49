/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;

/** Reading on tmpfs. */
final class TmpfsReadPathTest extends ReadPathRules {
  @Override
  Volume mount() throws IOException {
    return Volume.tmpfs();
  }
}
