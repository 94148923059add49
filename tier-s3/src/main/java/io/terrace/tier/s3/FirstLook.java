/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * One look at the bucket while the tier is opened: settings that are wrong are refused by name then
 * and not found out by misses. A server that cannot be reached is no reason to refuse.
 */
final class FirstLook {
  private static final System.Logger LOGGER = System.getLogger(FirstLook.class.getName());
  private static final Duration MOST_TIME = Duration.ofSeconds(5);
  private static final Pattern REGION = Pattern.compile("expecting '([^']+)'");

  private final Settings written;
  private final S3Settings settings;
  private final S3Clients clients;

  FirstLook(Settings written, S3Settings settings, S3Clients clients) {
    this.written = written;
    this.settings = settings;
    this.clients = clients;
  }

  /**
   * Takes at most some seconds.
   *
   * @throws ConfigException if a setting is wrong
   */
  void look() {
    Deadline deadline = Deadline.after(MOST_TIME);
    FailedCall keyless = failure(deadline, () -> clients.credentials().resolveCredentials());
    if (keyless != null && keyless.reason() != Reason.UNSENT) {
      throw written.refuse(
          S3TierProvider.ACCESS_KEY,
          "the key to sign requests with: the AWS SDK finds none in the environment, the profile,"
              + " the container or the machine's role");
    }
    FailedCall failure =
        failure(
            deadline,
            () ->
                clients
                    .calls()
                    .listObjectsV2(
                        list ->
                            list.bucket(settings.bucket())
                                .prefix(settings.names().chunks())
                                .maxKeys(1)
                                .requestPayer(settings.objects().payer())
                                .overrideConfiguration(Bucket.within(deadline))));
    if (failure != null) {
      ConfigException refused = refused(failure);
      if (refused != null) {
        throw refused;
      }
      warn(failure);
    }
  }

  private static @Nullable FailedCall failure(Deadline deadline, Callable<?> work) {
    try {
      Calls.await(deadline, work::call, () -> {});
      return null;
    } catch (FailedCall e) {
      return e;
    } catch (TierException e) {
      return S3Errors.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return S3Errors.failed(e);
    }
  }

  private @Nullable ConfigException refused(FailedCall failure) {
    AwsServiceException answer = S3Errors.find(failure, AwsServiceException.class);
    if (answer != null) {
      return refused(answer);
    }
    SSLException tls = S3Errors.find(failure, SSLException.class);
    if (tls == null) {
      return null;
    }
    return tls instanceof SSLHandshakeException
        ? refuse(
            S3TierProvider.TRUST_STORE,
            "certificates that the server's is signed by, which is not trusted ("
                + tls.getMessage()
                + ")")
        : refuse(
            S3TierProvider.ENDPOINT,
            "the address that the server speaks TLS at, under the name in its certificate ("
                + tls.getMessage()
                + ")");
  }

  private @Nullable ConfigException refused(AwsServiceException answer) {
    return switch (S3Errors.code(answer)) {
      case "NoSuchBucket" -> refuse(S3TierProvider.BUCKET, "a bucket that is there");
      case "PermanentRedirect", "AuthorizationHeaderMalformed" -> {
        String region = region(answer.awsErrorDetails());
        yield refuse(
            S3TierProvider.REGION,
            region == null ? "the region that the bucket is in" : region + ", as the server says");
      }
      case "InvalidAccessKeyId" ->
          refuse(S3TierProvider.ACCESS_KEY, "a key that the server knows: it does not know this");
      case "SignatureDoesNotMatch" ->
          refuse(
              S3TierProvider.SECRET_KEY,
              "the secret that belongs to the key: signatures by this one are wrong");
      case "ExpiredToken", "InvalidToken" ->
          settings.credentials() == null
              ? null
              : refuse(S3TierProvider.SESSION_TOKEN, "a token that the server still takes");
      default -> null;
    };
  }

  private ConfigException refuse(Option<?> option, String wanted) {
    return written.refuse(option, wanted + "; looked at the " + settings.place());
  }

  private static @Nullable String region(@Nullable AwsErrorDetails details) {
    if (details == null) {
      return null;
    }
    String header =
        details.sdkHttpResponse() == null
            ? null
            : details.sdkHttpResponse().firstMatchingHeader("x-amz-bucket-region").orElse(null);
    if (header != null || details.errorMessage() == null) {
      return header;
    }
    Matcher region = REGION.matcher(details.errorMessage());
    return region.find() ? region.group(1) : null;
  }

  private void warn(FailedCall failure) {
    LOGGER.log(
        System.Logger.Level.WARNING,
        failure.reason() == Reason.DENIED
            ? "the {0} may not be listed: {1}. The tier works without that, but the server then"
                + " refuses reads of chunks that are not there, which count as failures: allow"
                + " s3:ListBucket"
            : "the {0} is of no use now: {1}. The tier goes on and tries again",
        settings.place(),
        failure.getMessage());
  }
}
