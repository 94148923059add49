/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import io.terrace.cli.lmcache.Mapping.Row;
import io.terrace.spi.config.RawSetting;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stack: which tiers a file of LMCache's asks for, and where each keeps its chunks. */
final class LmcacheTiers {
  private static final Pattern URL = Pattern.compile("([a-z][a-z0-9+.-]*)://(.*)", Pattern.DOTALL);

  private final LmcacheKeys keys;
  private final TerraceYaml yaml;

  LmcacheTiers(LmcacheKeys keys, TerraceYaml yaml) {
    this.keys = keys;
    this.yaml = yaml;
  }

  /** Writes the tiers, fastest first, which is LMCache's order; gives a comment on them. */
  String write() {
    boolean cpu = keys.isTrue(Mapping.LOCAL_CPU, true);
    keys.find(Mapping.LOCAL_CPU).ifPresent(keys::take);
    if (cpu) {
      yaml.tier(Mapping.CPU);
    }
    disk();
    root(Mapping.GDS_PATH);
    root(Mapping.WEKA_PATH);
    remoteUrl();
    plugins();
    if (!yaml.has(Mapping.S3)) {
      keys.leave(Mapping.DISABLE_TLS, Reasons.concerns(List.of(Mapping.S3)));
    }
    if (!cpu && yaml.isEmpty()) {
      yaml.tier(Mapping.CPU);
      return "local_cpu is false, and no other tier has a counterpart: memory alone.";
    }
    return cpu
        ? ""
        : "local_cpu is false, so cpu is left out: put it in front to keep chunks in memory, too.";
  }

  /** Without a size LMCache has no tier on the disk. */
  private void disk() {
    Optional<RawSetting> size = keys.find(Mapping.DISK_SIZE);
    if (size.isEmpty() || Conversions.isZero(size.get())) {
      keys.leave(
          Mapping.LOCAL_DISK.from(), "LMCache keeps nothing there without " + Mapping.DISK_SIZE);
    } else {
      root(Mapping.LOCAL_DISK);
    }
  }

  private void root(Row row) {
    String tier = row.tiers().get(0);
    if (yaml.has(tier)) {
      keys.leave(row.from(), "the tier '" + tier + "' has its root from another key");
    } else {
      keys.convert(row.from(), row.conversion())
          .ifPresent(root -> folderTier(tier, root, row.note(), row.from()));
    }
  }

  private void folderTier(String tier, String root, String note, String from) {
    yaml.tier(tier);
    yaml.set(tier, Mapping.TYPE, Mapping.NFS, "");
    yaml.comment(tier, note);
    yaml.set(tier, Mapping.ROOT, root, from);
  }

  private void remoteUrl() {
    Optional<RawSetting> raw = keys.find(Mapping.REMOTE_URL);
    if (raw.isEmpty()) {
      return;
    }
    Matcher url = URL.matcher(Conversions.text(raw.get()).orElse(""));
    if (!url.matches()) {
      keys.problem(raw.get(), "a URL, such as s3://bucket or redis://host:6379");
      return;
    }
    switch (url.group(1)) {
      case Mapping.S3 -> bucket(raw.get(), url.group());
      case Mapping.FS -> folder(raw.get(), url.group(2));
      default ->
          keys.leave(
              Mapping.REMOTE_URL,
              "there is no tier for "
                  + url.group(1)
                  + "://; instances share a volume (fs://) or a bucket (s3://)");
    }
  }

  /** LMCache takes the path, and neither host nor port. */
  private void folder(RawSetting raw, String hostAndPath) {
    int slash = hostAndPath.indexOf('/');
    String path = slash < 0 ? "" : hostAndPath.substring(slash);
    keys.convert(
            Mapping.REMOTE_URL,
            url -> Conversions.folder(RawSetting.text(raw.key(), path, raw.origin())))
        .ifPresent(root -> folderTier(Mapping.FS, root, Mapping.FOLDER_NOTE, Mapping.REMOTE_URL));
  }

  private void bucket(RawSetting raw, String url) {
    boolean plain = keys.isTrue(Mapping.DISABLE_TLS, false);
    Optional<S3Location> found = S3Location.parse(url, !plain);
    if (found.isEmpty()) {
      keys.problem(raw, S3Location.FORMS);
      return;
    }
    keys.take(raw);
    write(found.get());
    if (plain && found.get().endpoint() == null) {
      keys.leave(
          Mapping.DISABLE_TLS, "Amazon is asked over TLS; for others set an endpoint of http://");
    } else {
      keys.find(Mapping.DISABLE_TLS).ifPresent(keys::take);
    }
  }

  private void write(S3Location location) {
    yaml.tier(Mapping.S3);
    yaml.comment(
        Mapping.S3,
        location.guessed() ? "The bucket: what stands before the first dot of the host." : "");
    fromUrl(Mapping.BUCKET, location.bucket());
    if (!location.prefix().isEmpty()) {
      fromUrl(Mapping.PREFIX, location.prefix());
    }
    String endpoint = location.endpoint();
    if (endpoint != null) {
      fromUrl(Mapping.ENDPOINT, endpoint);
      fromUrl(Mapping.PATH_STYLE, String.valueOf(location.inPath()));
    }
    String region = location.region();
    if (region != null && keys.find(Mapping.S3_REGION).isEmpty()) {
      fromUrl(Mapping.REGION, region);
    }
  }

  private void fromUrl(String key, String value) {
    yaml.set(Mapping.S3, key, value, Mapping.REMOTE_URL);
  }

  private void plugins() {
    List<String> names =
        keys.find(Mapping.REMOTE_PLUGINS).map(Conversions::entries).orElse(List.of());
    if (names.contains(Mapping.FS)) {
      root(Mapping.FS_PLUGIN);
      if (names.size() == 1) {
        keys.find(Mapping.REMOTE_PLUGINS).ifPresent(keys::take);
      } else {
        keys.leave(Mapping.REMOTE_PLUGINS, "but for 'fs': " + Reasons.of(Mapping.REMOTE_PLUGINS));
      }
    }
  }
}
