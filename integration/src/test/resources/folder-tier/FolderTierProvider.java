/* SPDX-License-Identifier: Apache-2.0 */
package folder;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.nio.file.Path;

/** Opens the example tier of the contract's README: each chunk a file. */
public final class FolderTierProvider implements KvTierProvider {
  private static final Option<Path> ROOT = Option.path("root", "The folder of the files.");

  @Override
  public String type() {
    return "folder";
  }

  @Override
  public ConfigSpec options() {
    return ConfigSpec.of(ROOT);
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    return new FolderTier(settings.get(ROOT));
  }
}
