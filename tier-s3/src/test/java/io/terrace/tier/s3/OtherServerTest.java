/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tier on a server that the environment names, with the keys and the region that the SDK finds.
 * Works below a prefix of its own.
 */
final class OtherServerTest {
  private static final String ENDPOINT = "TERRACE_TEST_S3_ENDPOINT";
  private static final String BUCKET = "TERRACE_TEST_S3_BUCKET";
  private static final int CHUNKS = 12;

  private final Map<String, String> keys = new LinkedHashMap<>();
  private final List<TestChunk> chunks =
      IntStream.range(0, CHUNKS).mapToObj(new TestChunks(41)::full).toList();

  @BeforeEach
  void findServer() {
    String endpoint = System.getenv(ENDPOINT);
    String bucket = System.getenv(BUCKET);
    assumeTrue(
        endpoint != null && bucket != null, "no server is named by " + ENDPOINT + ", " + BUCKET);
    keys.put("bucket", String.valueOf(bucket));
    keys.put("endpoint", String.valueOf(endpoint));
    keys.put("prefix", "terrace-test-" + UUID.randomUUID() + "/");
  }

  private KvTier open(HttpKind http) {
    keys.put("http", http.name().toLowerCase(Locale.ROOT));
    return TestTiers.open(keys);
  }

  private List<ChunkKey> chunkKeys() {
    return chunks.stream().map(TestChunk::key).toList();
  }

  private static void expectFound(KvTier tier, TestChunk chunk) throws TierException {
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(chunk.key(), sink, TestTiers.inTime())).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.header()).isEqualTo(chunk.headerBytes());
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
  }

  private static List<ChunkKey> listed(KvTier tier) throws TierException {
    List<ChunkKey> all = new ArrayList<>();
    String after = null;
    do {
      Listing part = tier.list(after, 5, TestTiers.inTime());
      part.chunks().stream().map(StoredChunk::key).forEach(all::add);
      after = part.next();
    } while (after != null);
    return all;
  }

  @ParameterizedTest
  @EnumSource(HttpKind.class)
  void whatIsStoredIsFoundListedAndRemoved(HttpKind http) throws TierException {
    try (KvTier tier = open(http)) {
      for (TestChunk chunk : chunks) {
        assertThat(tier.contains(chunk.key(), TestTiers.inTime())).isFalse();
        assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
        assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.PRESENT);
      }
      for (TestChunk chunk : chunks) {
        expectFound(tier, chunk);
      }
      assertThat(tier.containsAll(chunkKeys(), TestTiers.inTime()).cardinality()).isEqualTo(CHUNKS);
      assertThat(listed(tier)).containsExactlyInAnyOrderElementsOf(chunkKeys());
      tier.setAside(chunks.getFirst().key(), "a test", TestTiers.inTime());
      assertThat(tier.read(chunks.getFirst().key(), new RecordingSink(), TestTiers.inTime()))
          .isEqualTo(ReadOutcome.MISSING);
      tier.removeAll(chunkKeys(), TestTiers.inTime());
      assertThat(listed(tier)).isEmpty();
    } finally {
      clear();
    }
  }

  /** The look before a write is passed over, so that the server itself has to refuse the second. */
  @ParameterizedTest
  @EnumSource(HttpKind.class)
  void ofTwoThatWriteAtOnceTheServerTakesOne(HttpKind http) throws Exception {
    keys.put("http", http.name().toLowerCase(Locale.ROOT));
    S3Settings settings = S3TierProvider.values(TestTiers.settings(keys));
    TestChunk chunk = chunks.getFirst();
    try (S3Clients clients = new S3Clients(settings, new Counters())) {
      Bucket bucket =
          new Bucket(
              settings,
              clients,
              new Puts(settings, clients),
              new Removals(settings, clients.calls()));
      for (WriteResult wanted : List.of(WriteResult.STORED, WriteResult.PRESENT)) {
        Upload upload = new Upload(chunk.bytes());
        assertThat(bucket.write(chunk.bytes().descriptor(), upload, TestTiers.inTime()))
            .isEqualTo(wanted);
      }
    } finally {
      clear();
    }
  }

  private void clear() {
    S3Settings settings = S3TierProvider.values(TestTiers.settings(keys));
    try (S3Clients clients = new S3Clients(settings, new Counters())) {
      clients
          .calls()
          .listObjectsV2Paginator(
              list -> list.bucket(settings.bucket()).prefix(settings.names().prefix()))
          .contents()
          .forEach(
              object ->
                  clients
                      .calls()
                      .deleteObject(delete -> delete.bucket(settings.bucket()).key(object.key())));
    }
  }
}
