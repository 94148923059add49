/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bucket that an {@code s3://} URL of LMCache's means. LMCache takes what follows the scheme as
 * the host of all requests, so that the bucket is the beginning of a host name; where there is a
 * path, its clients put the bucket there.
 *
 * @param prefix of keys, without slashes at its ends; empty for none
 * @param endpoint a URL; null for Amazon's own
 * @param inPath the bucket goes into the path of requests, not into the host's name
 * @param region null where the name tells none
 * @param guessed the bucket is what stands before the first dot, for want of anything better
 */
record S3Location(
    String bucket,
    String prefix,
    @Nullable String endpoint,
    boolean inPath,
    @Nullable String region,
    boolean guessed) {

  /** What is understood, for messages. */
  static final String FORMS =
      "s3://BUCKET, s3://BUCKET.s3.REGION.amazonaws.com, s3://BUCKET.HOST[:PORT] or"
          + " s3://HOST[:PORT]/BUCKET";

  static final String SCHEME = "s3://";

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html and, for s3express,
  // .../s3-express-Regions-and-Zones.html
  private static final Pattern AMAZON =
      Pattern.compile(
          "(?:(?<bucket>.+)\\.)?s3(?:-fips|express-[a-z0-9-]+)?(?:\\.dualstack)?"
              + "(?:[.-](?<region>[a-z]{2}(?:-[a-z]+)+-[0-9]+))?\\.amazonaws\\.com(?:\\.cn)?");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?<host>\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(?<port>:[0-9]{1,5})?");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*");
  private static final Pattern PATH = Pattern.compile("[^\\s?#@]*");
  private static final String SERVICE = ".s3."; // as many name the host of a store of their own

  /**
   * Reads a URL; empty if no bucket can be told from it.
   *
   * @param url begins with {@link #SCHEME}
   * @param tls whether an endpoint of its own is asked by https
   */
  static Optional<S3Location> parse(String url, boolean tls) {
    String rest = url.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    Matcher authority = AUTHORITY.matcher(slash < 0 ? rest : rest.substring(0, slash));
    String path = slash < 0 ? "" : withoutSlashes(rest.substring(slash));
    if (!authority.matches() || !PATH.matcher(path).matches() || !TerraceYaml.isWritable(path)) {
      return Optional.empty();
    }
    String host = authority.group("host");
    String port = authority.group("port") == null ? "" : authority.group("port");
    Matcher amazon = AMAZON.matcher(host);
    if (amazon.matches() && port.isEmpty()) {
      return ofAmazon(amazon.group("bucket"), amazon.group("region"), path);
    }
    boolean bare = port.isEmpty() && host.indexOf('.') < 0 && !host.equals("localhost");
    if (bare && !ADDRESS.matcher(host).matches()) {
      return Optional.of(new S3Location(host, path, null, false, null, false));
    }
    String scheme = tls ? "https://" : "http://";
    return path.isEmpty()
        ? inHost(host, port, scheme)
        : Optional.of(inPath(path, scheme + host + port, null));
  }

  /** Without slashes at its ends. */
  static String withoutSlashes(String path) {
    int from = 0;
    int to = path.length();
    while (from < to && path.charAt(from) == '/') {
      from++;
    }
    while (to > from && path.charAt(to - 1) == '/') {
      to--;
    }
    return path.substring(from, to);
  }

  private static Optional<S3Location> ofAmazon(
      @Nullable String bucket, @Nullable String region, String path) {
    if (bucket != null) {
      return Optional.of(new S3Location(bucket, path, null, false, region, false));
    }
    return path.isEmpty() ? Optional.empty() : Optional.of(inPath(path, null, region));
  }

  private static Optional<S3Location> inHost(String host, String port, String scheme) {
    int service = host.indexOf(SERVICE);
    int end = service > 0 ? service : host.indexOf('.');
    if (end <= 0 || end == host.length() - 1 || ADDRESS.matcher(host).matches()) {
      return Optional.empty();
    }
    String endpoint = scheme + host.substring(end + 1) + port;
    return Optional.of(
        new S3Location(host.substring(0, end), "", endpoint, false, null, service <= 0));
  }

  private static S3Location inPath(
      String path, @Nullable String endpoint, @Nullable String region) {
    int end = path.indexOf('/');
    String bucket = end < 0 ? path : path.substring(0, end);
    String prefix = end < 0 ? "" : withoutSlashes(path.substring(end));
    return new S3Location(bucket, prefix, endpoint, endpoint != null, region, false);
  }
}
