/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class S3LocationTest {
  @ParameterizedTest
  @CsvSource({
    "s3://kv, kv, '', , false, , false",
    "s3://kv/, kv, '', , false, , false",
    "s3://kv/a/b/, kv, a/b, , false, , false",
    "s3://kv.s3.us-east-1.amazonaws.com, kv, '', , false, us-east-1, false",
    "s3://kv.s3.us-east-1.amazonaws.com/a, kv, a, , false, us-east-1, false",
    "s3://my.kv.s3.eu-central-1.amazonaws.com, my.kv, '', , false, eu-central-1, false",
    "s3://kv.s3-us-west-2.amazonaws.com, kv, '', , false, us-west-2, false",
    "s3://kv.s3.us-gov-west-1.amazonaws.com, kv, '', , false, us-gov-west-1, false",
    "s3://kv.s3.cn-north-1.amazonaws.com.cn, kv, '', , false, cn-north-1, false",
    "s3://kv.s3.dualstack.us-east-1.amazonaws.com, kv, '', , false, us-east-1, false",
    "s3://kv.s3.amazonaws.com, kv, '', , false, , false",
    "s3://s3.us-east-1.amazonaws.com/kv/a, kv, a, , false, us-east-1, false",
    "s3://kv--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com,"
        + " kv--use1-az4--x-s3, '', , false, us-east-1, false",
    "s3://kv.cwlota.com, kv, '', https://cwlota.com, false, , true",
    "s3://kv.minio.local:9000, kv, '', https://minio.local:9000, false, , true",
    "s3://my.kv.s3.cephlab.com, my.kv, '', https://s3.cephlab.com, false, , false",
    "s3://kv.localhost:9000, kv, '', https://localhost:9000, false, , true",
    "s3://localhost:8080/kv, kv, '', https://localhost:8080, true, , false",
    "s3://localhost/kv, kv, '', https://localhost, true, , false",
    "s3://minio:9000/kv/a/b/, kv, a/b, https://minio:9000, true, , false",
    "s3://10.0.0.7:9000/kv, kv, '', https://10.0.0.7:9000, true, , false",
    "s3://[fe80::1]:9000/kv, kv, '', https://[fe80::1]:9000, true, , false",
    "s3://store.example.com/kv/a, kv, a, https://store.example.com, true, , false",
  })
  void eachForm(
      String url,
      String bucket,
      String prefix,
      @Nullable String endpoint,
      boolean inPath,
      @Nullable String region,
      boolean guessed) {
    assertThat(S3Location.parse(url, true))
        .contains(new S3Location(bucket, prefix, endpoint, inPath, region, guessed));
  }

  @Test
  void withoutTls() {
    assertThat(S3Location.parse("s3://localhost:9000/kv", false))
        .map(S3Location::endpoint)
        .contains("http://localhost:9000");
    assertThat(S3Location.parse("s3://kv.cwlota.com", false))
        .map(S3Location::endpoint)
        .contains("http://cwlota.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://",
        "s3:///kv",
        "s3://localhost",
        "s3://localhost:9000",
        "s3://localhost:9000/",
        "s3://minio:9000",
        "s3://10.0.0.7:9000",
        "s3://[fe80::1]:9000",
        "s3://s3.us-east-1.amazonaws.com",
        "s3://kv.",
        "s3://.kv",
        "s3://key:secret@kv",
        "s3://kv/a b",
        "s3://kv?region=x",
        "s3://{BUCKET}.cwlota.com",
        "s3://kv.cwlota.com:port",
      })
  void noBucketCanBeTold(String url) {
    assertThat(S3Location.parse(url, true)).isEmpty();
  }
}
