/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Opens the tier of type {@code s3}: chunks in objects of a bucket. */
public final class S3TierProvider implements KvTierProvider {
  static final Option<String> BUCKET =
      Option.string("bucket", "Bucket that the chunks are kept in, which instances share.")
          .check("the name of a bucket", name -> !name.isBlank() && name.indexOf('/') < 0);

  static final Option<String> PREFIX =
      Option.string("prefix", "What the names of all objects begin with.")
          .check("no slash in front", prefix -> !prefix.startsWith("/"))
          .defaultsTo("terrace/");

  static final Option<String> ENDPOINT =
      Option.string("endpoint", "Address of the server; http:// or https:// says whether by TLS.")
          .check("an address such as https://s3.example.com:9000", S3TierProvider::isEndpoint)
          .computed("AWS", "https://s3.example.com:9000");

  static final Option<String> REGION =
      Option.string("region", "Region of the bucket.")
          .computed(
              "what AWS_REGION or the profile says; us-east-1 with an endpoint", "eu-central-1");

  static final Option<Boolean> PATH_STYLE =
      Option.bool("pathStyle", "Whether the bucket stands in the path, not in the host's name.")
          .computed("true with an endpoint, else false", true);

  static final Option<HttpKind> HTTP =
      Option.choice("http", HttpKind.class, "HTTP client that moves the chunks.")
          .defaultsTo(HttpKind.APACHE);

  static final Option<Boolean> HTTP2 =
      Option.bool("http2", "Whether to ask for HTTP/2; of 'http: netty' alone.").defaultsTo(false);

  static final Option<Integer> CONNECTIONS =
      Option.integer("connections", "Connections to the server at once.")
          .min(1)
          .max(1024)
          .defaultsTo(64);

  static final Option<Duration> CONNECT_TIMEOUT =
      Option.duration("connectTimeout", "How long a connection may take to be made.")
          .min(Duration.ofMillis(1))
          .max(Duration.ofMinutes(1))
          .defaultsTo(Duration.ofSeconds(1));

  static final Option<Checksums> CHECKSUMS =
      Option.choice(
              "checksums",
              Checksums.class,
              "Checksums of the SDK's own, which older servers refuse: where S3 demands one, or"
                  + " wherever it knows one. A chunk carries its own in any case.")
          .defaultsTo(Checksums.REQUIRED);

  static final Option<Path> TRUST_STORE =
      Option.path(
              "trustStore",
              "Certificates to trust instead of the JDK's: PEM, or a key store; not with 'http:"
                  + " crt'.")
          .computed("the JDK's", Path.of("/etc/terrace/ca.pem"));

  static final Option<String> TRUST_STORE_PASSWORD =
      Option.string("trustStorePassword", "Password of a key store.").asSecret().defaultsTo("");

  static final Option<String> ACCESS_KEY =
      Option.string("accessKey", "Key that requests are signed with; file:PATH reads it.")
          .asSecret()
          .computed("what the AWS SDK finds: environment, profile, role", "AKIAEXAMPLE");

  static final Option<String> SECRET_KEY =
      Option.string("secretKey", "Secret of 'accessKey'; file:PATH reads it.")
          .asSecret()
          .computed("that of 'accessKey'", "file:/etc/terrace/s3-secret");

  static final Option<String> SESSION_TOKEN =
      Option.string(
              "sessionToken",
              "Token of 'accessKey', where keys are for a while; file:PATH reads it.")
          .asSecret()
          .computed("none", "file:/etc/terrace/s3-token");

  static final Option<Encryption> ENCRYPTION =
      Option.choice("encryption", Encryption.class, "What the server encrypts objects with.")
          .defaultsTo(Encryption.NONE);

  static final Option<String> KMS_KEY =
      Option.string("kmsKey", "Key of the server's, with 'encryption: kms' or kms-dsse.")
          .computed("the bucket's own", "arn:aws:kms:eu-central-1:111122223333:key/example");

  static final Option<String> STORAGE_CLASS =
      Option.string("storageClass", "Storage class of objects.")
          .computed("the bucket's own", "STANDARD_IA");

  static final Option<Boolean> REQUEST_PAYER =
      Option.bool("requestPayer", "Whether this side pays, in a bucket of that kind.")
          .defaultsTo(false);

  static final Option<List<String>> TAGS =
      Option.strings("tags", "Tags of every object, each name=value; ten at most.")
          .check(
              "name=value, ten at most",
              tags -> tags.size() <= 10 && tags.stream().allMatch(tag -> tag.indexOf('=') > 0))
          .computed("none", List.of("app=terrace"));

  static final Option<Long> MULTIPART_ABOVE =
      Option.bytes("multipartAbove", "Chunks longer than that are sent in parts of that length.")
          .min(5L << 20)
          .computed("never: some servers take no condition with parts", 64L << 20);

  static final Option<Long> CAPACITY =
      Option.bytes("capacity", "What all chunks below the prefix may take, whoever wrote them.")
          .min(1L << 20)
          .computed("no limit", 1L << 40);

  static final Option<Duration> MAX_AGE =
      Option.duration("maxAge", "Chunks that were not used for so long are given up.")
          .min(Duration.ofMinutes(1))
          .computed("no limit", Duration.ofDays(30));

  private static final String FILE = "file:";

  private static final ConfigSpec OPTIONS =
      ConfigSpec.of(
          BUCKET,
          PREFIX,
          ENDPOINT,
          REGION,
          PATH_STYLE,
          HTTP,
          HTTP2,
          CONNECTIONS,
          CONNECT_TIMEOUT,
          CHECKSUMS,
          TRUST_STORE,
          TRUST_STORE_PASSWORD,
          ACCESS_KEY,
          SECRET_KEY,
          SESSION_TOKEN,
          ENCRYPTION,
          KMS_KEY,
          STORAGE_CLASS,
          REQUEST_PAYER,
          TAGS,
          MULTIPART_ABOVE,
          CAPACITY,
          MAX_AGE);

  private static boolean isEndpoint(String text) {
    try {
      URI uri = URI.create(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String type() {
    return "s3";
  }

  @Override
  public ConfigSpec options() {
    return OPTIONS;
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    S3Settings values = values(settings);
    Counters counters = new Counters();
    S3Clients clients = clients(settings, values, counters);
    boolean right = false;
    try {
      new FirstLook(settings, values, clients).look();
      right = true;
    } finally {
      if (!right) {
        clients.close();
      }
    }
    return new S3Tier(values, clients, counters, S3Tier.REST, context);
  }

  private static S3Clients clients(Settings settings, S3Settings values, Counters counters) {
    try {
      return new S3Clients(values, counters);
    } catch (IllegalArgumentException e) {
      throw settings.refuse(TRUST_STORE, "a file of certificates: " + e.getMessage());
    } catch (SdkClientException e) {
      throw settings.refuse(
          REGION, "the bucket's region: the AWS SDK finds none in the environment or the profile");
    }
  }

  /**
   * What the settings say.
   *
   * @throws io.terrace.spi.config.ConfigException if they do not fit each other
   */
  static S3Settings values(Settings settings) {
    URI endpoint = settings.find(ENDPOINT).map(URI::create).orElse(null);
    HttpKind http = settings.get(HTTP);
    if (settings.get(HTTP2) && http != HttpKind.NETTY) {
      throw settings.refuse(HTTP2, "false, or 'http: netty', which alone speaks HTTP/2");
    }
    String prefix = settings.get(PREFIX);
    S3Settings values =
        new S3Settings(
            settings.get(BUCKET),
            new ObjectNames(prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/"),
            endpoint,
            settings.find(REGION).orElse(endpoint == null ? null : "us-east-1"),
            settings.find(PATH_STYLE).orElse(endpoint != null),
            http,
            settings.get(HTTP2),
            settings.get(CONNECTIONS),
            settings.get(CONNECT_TIMEOUT),
            settings.get(CHECKSUMS),
            trust(settings, http),
            keys(settings),
            objects(settings),
            settings.find(MULTIPART_ABOVE).orElse(Long.MAX_VALUE),
            new S3Settings.Limits(
                settings.find(CAPACITY).orElse(Long.MAX_VALUE),
                settings.find(MAX_AGE).orElse(null)));
    if (values.isExpress()) {
      requireExpress(settings, values.objects());
    }
    return values;
  }

  /**
   * What a bucket of S3 Express does not know.
   *
   * <p>Source: <a
   * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html">AWS,
   * Differences for directory buckets</a>
   */
  private static void requireExpress(Settings settings, S3Settings.ObjectSettings objects) {
    String why = "nothing with a bucket of S3 Express, which knows none";
    if (!objects.tags().isEmpty()) {
      throw settings.refuse(TAGS, why);
    }
    if (objects.requestPayer()) {
      throw settings.refuse(REQUEST_PAYER, why);
    }
    if (objects.encryption() == Encryption.KMS_DSSE) {
      throw settings.refuse(ENCRYPTION, "none, aes256 or kms with a bucket of S3 Express");
    }
  }

  private static S3Settings.@Nullable Trust trust(Settings settings, HttpKind http) {
    Path store = settings.find(TRUST_STORE).orElse(null);
    if (store == null) {
      return null;
    }
    if (http == HttpKind.CRT) {
      throw settings.refuse(TRUST_STORE, "nothing with 'http: crt', which trusts the system's");
    }
    if (!Files.isReadable(store)) {
      throw settings.refuse(TRUST_STORE, "a file that is there and may be read");
    }
    return new S3Settings.Trust(store, settings.get(TRUST_STORE_PASSWORD));
  }

  private static S3Settings.@Nullable Keys keys(Settings settings) {
    String accessKey = secret(settings, ACCESS_KEY);
    String secretKey = secret(settings, SECRET_KEY);
    if (accessKey == null && secretKey == null) {
      if (settings.find(SESSION_TOKEN).isPresent()) {
        throw settings.refuse(SESSION_TOKEN, "'accessKey' and 'secretKey' beside it");
      }
      return null;
    }
    if (accessKey == null) {
      throw settings.refuse(ACCESS_KEY, "the key that 'secretKey' belongs to");
    }
    if (secretKey == null) {
      throw settings.refuse(SECRET_KEY, "the secret of 'accessKey'");
    }
    return new S3Settings.Keys(accessKey, secretKey, secret(settings, SESSION_TOKEN));
  }

  /** A value that is given, or lies in a file of its own. */
  private static @Nullable String secret(Settings settings, Option<String> option) {
    String given = settings.find(option).orElse(null);
    if (given == null || !given.startsWith(FILE)) {
      return given;
    }
    try {
      String content = Files.readString(Path.of(given.substring(FILE.length()))).strip();
      if (!content.isEmpty()) {
        return content;
      }
    } catch (IOException | InvalidPathException e) {
      throw settings.refuse(option, "a file behind 'file:' that is there and may be read");
    }
    throw settings.refuse(option, "a file behind 'file:' with something in it");
  }

  private static S3Settings.ObjectSettings objects(Settings settings) {
    Encryption encryption = settings.get(ENCRYPTION);
    String kmsKey = settings.find(KMS_KEY).orElse(null);
    boolean kms = encryption == Encryption.KMS || encryption == Encryption.KMS_DSSE;
    if (kmsKey != null && !kms) {
      throw settings.refuse(KMS_KEY, "'encryption: kms' or kms-dsse beside it");
    }
    return new S3Settings.ObjectSettings(
        encryption,
        kmsKey,
        settings.find(STORAGE_CLASS).orElse(null),
        settings.get(REQUEST_PAYER),
        settings.find(TAGS).orElse(List.of()));
  }
}
