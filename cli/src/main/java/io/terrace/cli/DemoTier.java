/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.loader.InspectedTier;
import io.terrace.loader.TierInspector;
import io.terrace.spi.KvTier;
import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tier that the demo's programs share, below their memory. */
final class DemoTier implements AutoCloseable {
  private final TierSpec spec;
  private final @Nullable BucketServer server;

  private DemoTier(TierSpec spec, @Nullable BucketServer server) {
    this.spec = spec;
    this.server = server;
  }

  /**
   * Makes the tier's folder if it is not there, or starts the server that it wants, and opens the
   * tier once, as the programs will.
   *
   * @throws CliException if the programs could not use it
   */
  static DemoTier prepare(TierSpec wanted, Installation installation) {
    if (!wanted.wantsServer()) {
      check(wanted);
      return new DemoTier(wanted, null);
    }
    BucketServer server = BucketServer.start(wanted, installation);
    try {
      TierSpec spec = wanted.with(server.options());
      check(spec);
      return new DemoTier(spec, server);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static void check(TierSpec spec) {
    try {
      Map<String, String> keys = spec.keys(List.of(spec.type()));
      PluginConfig config =
          ConfigLoader.load(ConfigSources.ofProcess(Map.of()), keys, spec.option()).config();
      TierInspector inspector = new TierInspector(config);
      if (!inspector.types().contains(spec.type())) {
        throw CliException.badInput(
            spec.option()
                + ": there is no tier of the type '"
                + spec.type()
                + "'; there are "
                + String.join(", ", inspector.types()));
      }
      Path root = spec.root();
      if (root != null) {
        makeFolder(spec, root);
      }
      Consumer<String> notClosed =
          why -> {
            throw CliException.badInput(spec.option() + ": " + why);
          };
      try (InspectedTier opened = inspector.open(spec.type(), notClosed)) {
        requireShared(spec, opened.tier());
      }
    } catch (ConfigException e) {
      String message = String.valueOf(e.getMessage());
      String option = spec.option() + ": ";
      String advice = Messages.whereToSetStore(spec.type(), message);
      throw CliException.badInput(
          (message.startsWith(option) ? message : option + message)
              + (advice.isEmpty() ? "" : "; " + advice));
    }
  }

  private static void makeFolder(TierSpec spec, Path root) {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw CliException.badInput(spec.option() + ": " + root + " is a file; give a folder");
    }
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw CliException.badInput(
          spec.option() + ": the folder cannot be made: " + Messages.why(e, root));
    }
    if (!Files.isWritable(root)) {
      throw CliException.badInput(
          spec.option() + ": " + root + " cannot be written; change its rights or give another");
    }
  }

  private static void requireShared(TierSpec spec, KvTier tier) {
    if (!tier.capabilities().durable()) {
      throw CliException.badInput(
          spec.option()
              + ": such a tier ends with its process; give one that outlives it: nfs:DIR");
    }
  }

  /**
   * What puts the tier into a program's stack.
   *
   * @param emptyFile a configuration file without a key, in place of one in the working folder
   */
  List<String> jvmFlags(Path emptyFile) {
    List<String> flags = new ArrayList<>(List.of("-Dterrace.config=" + emptyFile));
    spec.keys(List.of("cpu", spec.type()))
        .forEach((key, value) -> flags.add("-Dterrace." + key + "=" + value));
    return flags;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
