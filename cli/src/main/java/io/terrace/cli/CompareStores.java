/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.CompareSetUp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the compared instances store: all of one set-up in the same folder and under the same
 * prefix of a bucket, which no other start uses.
 */
final class CompareStores implements AutoCloseable {
  private final Path volume;
  private final String unique =
      Long.toString(ProcessHandle.current().pid(), 36) + "-" + System.currentTimeMillis();
  private final Map<String, String> bucket;
  private final @Nullable BucketServer server;
  private final RunFolder folder;

  private CompareStores(
      Path volume, Map<String, String> bucket, @Nullable BucketServer server, RunFolder folder) {
    this.volume = volume;
    this.bucket = Map.copyOf(bucket);
    this.server = server;
    this.folder = folder;
  }

  /**
   * Where {@code nfs} and {@code s3} store.
   *
   * @param volume a folder; null for one of this run
   * @param bucket {@code NAME} or {@code NAME/PREFIX}; null for a server of this run
   * @param endpoint of the bucket; null for AWS
   */
  record Places(@Nullable Path volume, @Nullable String bucket, @Nullable URI endpoint) {}

  /**
   * Opens what the set-ups need, and starts an S3 server if they want one.
   *
   * @throws CliException if a place cannot be used
   */
  static CompareStores open(Places places, List<CompareSetUp> setUps, Installation installation) {
    Path volume = places.volume();
    if (volume != null && !(Files.isDirectory(volume) && Files.isWritable(volume))) {
      throw CliException.badInput("--nfs=" + volume + " is no folder that can be written");
    }
    boolean wanted = setUps.stream().anyMatch(setUp -> setUp.tiers().contains("s3"));
    String name = places.bucket();
    BucketServer server =
        wanted && name == null
            ? BucketServer.start(TierSpec.parse("s3", null), installation)
            : null;
    try {
      Map<String, String> bucket = Map.of();
      if (server != null) {
        bucket = server.options();
      } else if (name != null) {
        bucket = TierSpec.parse("s3://" + name, places.endpoint()).options();
      }
      RunFolder folder = RunFolder.create();
      Path root = volume == null ? folder.temporary() : volume.toAbsolutePath();
      return new CompareStores(root, bucket, server, folder);
    } catch (RuntimeException e) {
      if (server != null) {
        server.close();
      }
      throw e;
    }
  }

  /**
   * The plugin's settings of an instance.
   *
   * @param store the same for all instances of a set-up that share
   */
  Map<String, String> settings(CompareSetUp setUp, String store) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("config", folder.emptyConfiguration().toString());
    settings.put("cache.folder", folder.folder().resolve("cache").toString());
    if (setUp.tiers().isEmpty()) {
      settings.put("reuse", "false");
      return settings;
    }
    settings.put("stack", String.join(",", setUp.tiers()));
    if (setUp.tiers().contains("nfs")) {
      Path root = root(store);
      try {
        Files.createDirectories(root);
      } catch (IOException e) {
        throw CliException.failed("cannot make " + root + ": " + Messages.why(e, root));
      }
      settings.put("tiers.nfs.root", root.toString());
    }
    if (setUp.tiers().contains("s3")) {
      bucket.forEach((key, value) -> settings.put("tiers.s3." + key, value));
      String prefix = bucket.containsKey("prefix") ? bucket.get("prefix") + "/" : "";
      settings.put("tiers.s3.prefix", prefix + "terrace-compare-" + unique + "/" + store);
    }
    return settings;
  }

  private Path root(String store) {
    return volume.resolve("terrace-compare-" + unique + "-" + store);
  }

  /** Clears away what a set-up has stored in the folder. */
  void forget(String store) {
    Folders.delete(root(store));
  }

  /** The log of an instance. */
  Path log(String instance) {
    return folder.log(instance);
  }

  /** For programs that leave files in their temporary folder. */
  Path temporary() {
    return folder.temporary();
  }

  /** Clears everything away but what lies in a bucket that was given. */
  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    folder.delete();
  }
}
