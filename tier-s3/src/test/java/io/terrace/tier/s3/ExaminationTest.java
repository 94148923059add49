/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Finding;
import io.terrace.spi.Finding.Level;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tier finds out about its server, on a real one that some requests do not reach. */
final class ExaminationTest extends ProxiedTest {

  private List<Finding> examine(String... more) throws TierException {
    try (KvTier tier = TestTiers.open(keys(more), S3Tier.REST)) {
      return tier.examine(TestTiers.inTime());
    }
  }

  private static Finding about(List<Finding> findings, String subject) {
    return findings.stream()
        .filter(each -> each.subject().equals(subject))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + subject + " in " + findings));
  }

  @Test
  void findsARightServerGoodAndLeavesNothing() throws Exception {
    List<Finding> findings = examine("multipartAbove", "5MiB");
    assertThat(findings)
        .extracting(Finding::subject)
        .containsExactly(
            "server",
            "bucket",
            "clock of the server",
            "writing",
            "reading",
            "storing once",
            "storing once, in parts",
            "round trip",
            "removing");
    assertThat(about(findings, "server").level()).isEqualTo(Level.WARNING); // no TLS
    assertThat(about(findings, "storing once").level()).isEqualTo(Level.GOOD);
    assertThat(about(findings, "round trip").text()).contains(" ms, median of 9");
    assertThat(findings).noneMatch(each -> each.level() == Level.BAD);
    assertThat(
            TestBucket.client(S3ProxyServer.endpoint())
                .listObjectsV2(list -> list.bucket(TestBucket.NAME).prefix(prefix))
                .contents())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, writing, s3:PutObject",
    "GET, reading, s3:GetObject",
    "DELETE, removing, s3:DeleteObject"
  })
  void saysWhichRightIsMissing(String method, String subject, String right) throws Exception {
    proxy.fail(
        Fault.error(403, "AccessDenied")
            .when(exchange -> exchange.is(method) && exchange.line().contains("doctor/")));
    Finding finding = about(examine(), subject);
    assertThat(finding.level()).isEqualTo(Level.BAD);
    assertThat(finding.text()).contains("403 AccessDenied");
    assertThat(finding.advice()).contains(right, prefix);
  }

  @Test
  void missingRightToListIsAWarning() throws Exception {
    proxy.fail(
        Fault.error(403, "AccessDenied").when(exchange -> exchange.line().contains("list-type")));
    List<Finding> findings = examine();
    assertThat(about(findings, "bucket").level()).isEqualTo(Level.WARNING);
    assertThat(about(findings, "bucket").advice()).contains("s3:ListBucket");
    assertThat(about(findings, "removing").level()).isEqualTo(Level.GOOD);
  }

  @Test
  void missingBucketIsBad() throws Exception {
    Finding finding = about(examine("bucket", "no-such-bucket"), "bucket");
    assertThat(finding.level()).isEqualTo(Level.BAD);
    assertThat(finding.advice()).contains("'bucket'");
  }

  @Test
  void serverThatCannotBeReachedIsBad() throws Exception {
    proxy.refuse();
    Finding finding = about(examine(), "bucket");
    assertThat(finding.level()).isEqualTo(Level.BAD);
    assertThat(finding.advice()).contains("'endpoint'");
  }

  @Test
  void serverThatIgnoresConditionsIsFoundOut() throws Exception {
    String done = "<?xml version=\"1.0\"?><Done></Done>";
    Fault ignored = exchange -> exchange.answer(200, "ETag: \"x\"\r\n", done);
    proxy.fail(ignored.when(exchange -> exchange.hasHeader("if-none-match")));
    List<Finding> findings = examine("multipartAbove", "5MiB");
    assertThat(about(findings, "storing once").level()).isEqualTo(Level.WARNING);
    assertThat(about(findings, "storing once, in parts").advice()).contains("'multipartAbove'");
  }

  @Test
  void serverThatRefusesTrailersIsToldBySetting() throws Exception {
    proxy.fail(Fault.error(400, "InvalidRequest").when(exchange -> exchange.is("PUT")));
    Finding finding = about(examine("checksums", "supported"), "writing");
    assertThat(finding.level()).isEqualTo(Level.BAD);
    assertThat(finding.advice()).contains("'checksums'");
  }

  @Test
  void clockThatIsOffIsFound() throws Exception {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().minus(Duration.ofMinutes(10)).atOffset(ZoneOffset.UTC));
    String listing = "<?xml version=\"1.0\"?><ListBucketResult></ListBucketResult>";
    Fault off = exchange -> exchange.answer(200, "Date: " + date + "\r\n", listing);
    proxy.fail(off.when(exchange -> exchange.line().contains("list-type")));
    Finding finding = about(examine(), "clock of the server");
    assertThat(finding.level()).isEqualTo(Level.WARNING);
    assertThat(finding.text()).startsWith("-6");
    assertThat(finding.advice()).contains("NTP");
  }
}
