/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import static io.terrace.cli.lmcache.LmcacheKeys.EXTRA;

import io.terrace.spi.config.RawSetting;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which key of LMCache's is which of ours. LMCache's are those of {@code lmcache/v1/config.py}, and
 * what its backends read from {@code extra_config} (seen at LMCache's commit 000620e, and at older
 * ones for names that have gone).
 */
final class Mapping {
  static final String LOCAL_CPU = "local_cpu";
  static final String DISK_SIZE = "max_local_disk_size";
  static final String REMOTE_URL = "remote_url";
  static final String REMOTE_PLUGINS = "remote_storage_plugins";
  static final String DISABLE_TLS = EXTRA + "disable_tls";
  static final String S3_REGION = EXTRA + "s3_region";

  static final String CPU = "cpu";
  static final String DISK = "disk";
  static final String GDS = "gds";
  static final String FS = "fs";
  static final String S3 = "s3";

  /** The tiers of {@code remote_url} and {@code remote_storage_plugins}. */
  static final List<String> REMOTE = List.of(FS, S3);

  /** Keys of ours that are in no tier. */
  static final List<String> TOP = List.of("");

  /** The keys of the tier s3 that come out of {@code remote_url}. */
  static final String BUCKET = "bucket";

  static final String PREFIX = "prefix";
  static final String ENDPOINT = "endpoint";
  static final String PATH_STYLE = "pathStyle";
  static final String REGION = "region";

  /** Keys of the tiers in a folder, and their type. */
  static final String ROOT = "root";

  static final String TYPE = "type";
  static final String NFS = "nfs";

  static final String FOLDER_NOTE = "The folder must be there: it is not made.";
  private static final String CAPACITY_NOTE =
      "Of all chunks in the folder, whichever process wrote them; LMCache's limit is for each"
          + " process.";

  /**
   * A key whose value alone says what ours is.
   *
   * @param tiers those that have our key; {@link #TOP} for one that is in no tier
   * @param to our key, below the tier's name
   * @param note what differs, for a comment; empty for nothing
   */
  record Row(
      String from,
      List<String> tiers,
      String to,
      Function<RawSetting, Converted> conversion,
      String note) {}

  /* The keys that make a tier. */
  static final Row LOCAL_DISK = root("local_disk", DISK);
  static final Row GDS_PATH = root("gds_path", GDS);
  static final Row WEKA_PATH = root("weka_path", GDS);
  static final Row FS_PLUGIN = root(EXTRA + "remote_storage_plugin.fs.base_path", FS);

  /** Keys of secrets. They are not copied: the value comes from a variable. */
  static final List<Row> SECRETS =
      List.of(
          new Row(EXTRA + "aws_access_key_id", List.of(S3), "accessKey", Conversions::line, ""),
          new Row(
              EXTRA + "aws_secret_access_key", List.of(S3), "secretKey", Conversions::line, ""));

  /** All others, in the order of the output. Of two with one key of ours the first counts. */
  static final List<Row> VALUES =
      List.of(
          new Row(
              "chunk_size",
              TOP,
              "chunkTokens",
              Conversions::chunkTokens,
              "Without this key: the largest whose page takes at most 32 MiB, for each model."),
          new Row(
              "max_local_cpu_size",
              TOP,
              "pool.bytes",
              Conversions::poolBytes,
              "The pages of open sessions count as well, which LMCache has in the GPU's memory."),
          new Row(DISK_SIZE, List.of(DISK), "capacity", Conversions::capacity, CAPACITY_NOTE),
          new Row(EXTRA + "use_odirect", List.of(DISK), "read", Conversions::readWay, ""),
          new Row("use_gds", List.of(GDS), "gds", Conversions::onOff, ""),
          new Row(EXTRA + "use_cufile", List.of(GDS), "gds", Conversions::onOff, ""),
          new Row(EXTRA + "use_direct_io", List.of(GDS), "read", Conversions::readWay, ""),
          new Row(EXTRA + "disk_io_threads", List.of(GDS), "threads", Conversions::threads, ""),
          new Row(
              EXTRA + "fs_connector_use_odirect", List.of(FS), "read", Conversions::readWay, ""),
          new Row(S3_REGION, List.of(S3), REGION, Conversions::line, ""),
          new Row(EXTRA + "s3_endpoint", List.of(S3), ENDPOINT, Conversions::url, ""),
          new Row(EXTRA + "s3_file_prefix", List.of(S3), PREFIX, Conversions::prefix, ""),
          new Row(
              EXTRA + "s3_max_inflight_reqs",
              List.of(S3),
              "connections",
              Conversions::connections,
              ""),
          new Row(
              EXTRA + "s3_max_io_concurrency",
              List.of(S3),
              "connections",
              Conversions::connections,
              "LMCache counts threads here."),
          new Row(
              EXTRA + "s3_num_io_threads",
              List.of(S3),
              "connections",
              Conversions::connections,
              "LMCache counts threads here."),
          new Row(EXTRA + "s3_prefer_http2", List.of(S3), "http2", Conversions::http2, ""),
          new Row("remote_serde", REMOTE, "codec", Conversions::codec, ""),
          new Row(
              "blocking_timeout_secs",
              REMOTE,
              "timeout",
              Conversions::seconds,
              "A request waits so long before it computes; without this key 2s."));

  /** All names of LMCache's that are in the tables, or read beside them. */
  static final Set<String> NAMES =
      Stream.concat(
              Stream.of(LOCAL_CPU, REMOTE_URL, REMOTE_PLUGINS, DISABLE_TLS),
              Stream.of(List.of(LOCAL_DISK, GDS_PATH, WEKA_PATH, FS_PLUGIN), SECRETS, VALUES)
                  .flatMap(List::stream)
                  .map(Row::from))
          .collect(Collectors.toUnmodifiableSet());

  private Mapping() {}

  private static Row root(String from, String tier) {
    return new Row(from, List.of(tier), ROOT, Conversions::folder, FOLDER_NOTE);
  }
}
