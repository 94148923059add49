/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.KvTierContract;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules that every tier keeps, on s3proxy, through the client that is the default. */
class S3ProxyContractTest extends KvTierContract {
  private final String prefix = UUID.randomUUID() + "/";
  private final FaultProxy proxy = new FaultProxy(S3ProxyServer.endpoint());

  /** Which HTTP client moves payloads. */
  String http() {
    return "apache";
  }

  @AfterEach
  final void closeProxy() {
    proxy.close();
  }

  @Override
  protected KvTier open(TierContext context) {
    TestBucket.create(S3ProxyServer.endpoint());
    return TestTiers.open(TestTiers.keys(proxy.endpoint(), prefix, "http", http()));
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return TestTiers.open(TestTiers.keys(proxy.endpoint(), prefix, "http", http()));
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) {
    long bytes = ChunkHeader.BYTES + (long) TestChunks.SMALL.pageBytes();
    String bounded = UUID.randomUUID() + "/";
    return Opened.at(S3ProxyServer.endpoint(), bounded).capacity(chunks * bytes).tier(context);
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    return S3ProxyServer.change(new ObjectNames(prefix).chunk(key), change);
  }

  /** A round is some requests of a server here, not some memory accesses. */
  @Override
  protected int rounds() {
    return 40;
  }

  /** Some thousand reads. */
  @Test
  @Override
  public void rule_305_damageIsHandedOutAsItIsOrSetAside() throws Exception {
    assumeTrue(
        http().equals("apache"),
        "which byte of an object is damaged is nothing to an HTTP client: done with apache alone");
    super.rule_305_damageIsHandedOutAsItIsOrSetAside();
  }

  @Override
  protected boolean setBroken(boolean broken) {
    proxy.fail(broken ? Fault.error(500, "InternalError") : Fault.none());
    return true;
  }
}
