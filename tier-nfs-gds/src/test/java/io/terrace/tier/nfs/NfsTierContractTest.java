/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The tier keeps every rule on the file system that temporary files are on. */
final class NfsTierContractTest extends NfsContract {
  @TempDir private Path temporary;

  @Override
  Path folder() {
    return temporary;
  }

  @Override
  protected int rounds() {
    return 200;
  }
}
