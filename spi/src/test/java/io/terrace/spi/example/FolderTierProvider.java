/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.example;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the tier of type {@code folder}. */
public final class FolderTierProvider implements KvTierProvider {
  private static final Option<Path> PATH =
      Option.path("path", "Folder that the chunks are kept in; it must be there.");

  @Override
  public String type() {
    return "folder";
  }

  @Override
  public ConfigSpec options() {
    return ConfigSpec.of(PATH);
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    Path folder = settings.get(PATH);
    if (!Files.isDirectory(folder)) {
      throw settings.refuse(PATH, "a folder that is there");
    }
    return new FolderTier(folder);
  }
}
