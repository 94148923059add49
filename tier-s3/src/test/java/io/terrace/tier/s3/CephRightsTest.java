/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/**
 * What the README tells users to give to a server, given to one: Ceph, where it is installed. Its
 * rights are all that the tier needs, and its rules are taken.
 */
final class CephRightsTest {
  private static final String BUCKET = "kv-cache"; // as in the README
  private static final String GUEST = "arn:aws:iam:::user/" + CephServer.GUEST;

  private static URI server;
  private static S3Client owner;

  private final List<TestChunk> chunks =
      IntStream.range(0, 5).mapToObj(new TestChunks(43)::full).toList();

  @BeforeAll
  static void start() throws Exception {
    server = CephServer.endpoint();
    owner = TestBucket.client(server);
    owner.createBucket(create -> create.bucket(BUCKET));
  }

  private static KvTier openAsGuest(String prefix) {
    Map<String, String> keys =
        new HashMap<>(TestTiers.keys(server, prefix, "capacity", "1GiB", "multipartAbove", "5MiB"));
    keys.put("bucket", BUCKET);
    keys.put("accessKey", CephServer.GUEST);
    keys.put("secretKey", CephServer.GUEST);
    return TestTiers.open(keys, S3Tier.REST);
  }

  /** The policy of the README, of a user for whom a bucket's policy has to name it. */
  private static String policy() throws IOException {
    return Readme.example("Statement")
        .replace(
            "\"Effect\": \"Allow\",",
            "\"Effect\": \"Allow\", \"Principal\": {\"AWS\": [\"" + GUEST + "\"]},");
  }

  @Test
  void policyAllowsAllThatTheTierDoesAndNothingElse() throws Exception {
    TestChunk first = chunks.getFirst();
    owner.deleteBucketPolicy(delete -> delete.bucket(BUCKET));
    try (KvTier tier = openAsGuest("terrace/")) {
      assertThatThrownBy(() -> tier.write(first.bytes(), TestTiers.inTime()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("403");
    }
    String policy = policy();
    owner.putBucketPolicy(put -> put.bucket(BUCKET).policy(policy));
    try (KvTier tier = openAsGuest("terrace/")) {
      for (TestChunk chunk : chunks) {
        assertThat(tier.contains(chunk.key(), TestTiers.inTime())).isFalse();
        assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
        assertThat(tier.read(chunk.key(), new RecordingSink(), TestTiers.inTime()))
            .isEqualTo(ReadOutcome.FOUND);
      }
      assertThat(tier.list(null, 10, TestTiers.inTime()).chunks()).hasSize(chunks.size());
      assertThat(tier.examine(TestTiers.inTime()))
          .noneMatch(each -> each.level() == Finding.Level.BAD);
      tier.setAside(first.key(), "a test", TestTiers.inTime());
      assertThat(tier.collect(TestTiers.inTime()).chunks()).isZero();
      tier.removeAll(chunks.stream().map(TestChunk::key).toList(), TestTiers.inTime());
      assertThat(tier.list(null, 10, TestTiers.inTime()).chunks()).isEmpty();
      assertThat(tier.counters()).containsEntry("fail.denied", 0L);
    }
    try (KvTier elsewhere = openAsGuest("other/")) {
      assertThatThrownBy(() -> elsewhere.write(first.bytes(), TestTiers.inTime()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("403");
    }
  }

  private static LifecycleRule rule(JsonNode json) {
    LifecycleRule.Builder rule =
        LifecycleRule.builder()
            .id(text(json, "ID"))
            .status(text(json, "Status"))
            .filter(filter -> filter.prefix(text(json.field("Filter").orElseThrow(), "Prefix")));
    json.field("Expiration")
        .ifPresent(age -> rule.expiration(expire -> expire.days(number(age, "Days"))));
    json.field("AbortIncompleteMultipartUpload")
        .ifPresent(
            age ->
                rule.abortIncompleteMultipartUpload(
                    abort -> abort.daysAfterInitiation(number(age, "DaysAfterInitiation"))));
    return rule.build();
  }

  private static String text(JsonNode json, String field) {
    return json.field(field).orElseThrow().asString();
  }

  private static int number(JsonNode json, String field) {
    return Integer.parseInt(json.field(field).orElseThrow().asNumber());
  }

  @Test
  void lifecycleRulesAreTaken() throws IOException {
    JsonNode json = JsonNode.parser().parse(Readme.example("Rules"));
    List<LifecycleRule> rules =
        Readme.array(json, "Rules").stream().map(CephRightsTest::rule).toList();
    owner.putBucketLifecycleConfiguration(
        put -> put.bucket(BUCKET).lifecycleConfiguration(all -> all.rules(rules)));
    assertThat(owner.getBucketLifecycleConfiguration(get -> get.bucket(BUCKET)).rules())
        .extracting(LifecycleRule::id)
        .containsExactlyInAnyOrderElementsOf(rules.stream().map(LifecycleRule::id).toList());
  }
}
