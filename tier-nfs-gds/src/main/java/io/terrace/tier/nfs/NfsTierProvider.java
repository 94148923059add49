/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the tier of type {@code nfs}: chunks in files of a volume. */
public final class NfsTierProvider implements KvTierProvider {
  static final Option<Path> ROOT =
      Option.path("root", "Folder that the chunks are kept in, on a volume that instances share.");

  static final Option<Sync> SYNC =
      Option.choice(
              "sync",
              Sync.class,
              "What is forced to the disk before a chunk is shown: nothing, its bytes, or its"
                  + " bytes and its name.")
          .defaultsTo(Sync.NONE);

  static final Option<Integer> THREADS =
      Option.integer("threads", "Reads and writes of the volume that go on at once.")
          .min(1)
          .max(256)
          .defaultsTo(16);

  private static final ConfigSpec OPTIONS = ConfigSpec.of(ROOT, SYNC, THREADS);

  @Override
  public String type() {
    return "nfs";
  }

  @Override
  public ConfigSpec options() {
    return OPTIONS;
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    Path root = settings.get(ROOT);
    if (!Files.isDirectory(root)) {
      throw settings.refuse(ROOT, "a folder that is there: mount the volume, or create the folder");
    }
    if (!Files.isReadable(root) || !Files.isExecutable(root)) {
      throw settings.refuse(ROOT, "a folder that this user may read: change its rights");
    }
    try {
      return new NfsTier(
          new NfsSettings(root.toAbsolutePath(), settings.get(SYNC), settings.get(THREADS)));
    } catch (IOException e) {
      ConfigException refused =
          settings.refuse(ROOT, "a folder that can be used: " + IoFaults.text(e));
      refused.initCause(e);
      throw refused;
    }
  }
}
