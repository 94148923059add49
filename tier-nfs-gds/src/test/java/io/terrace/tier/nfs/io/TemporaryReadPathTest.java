/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;

/** Reading where temporary files are. */
final class TemporaryReadPathTest extends ReadPathRules {
  @Override
  Volume mount() throws IOException {
    return Volume.temporary();
  }
}
