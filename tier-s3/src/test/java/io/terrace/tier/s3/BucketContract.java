/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.KvTierContract;
import io.terrace.spi.kit.TestChunks;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** The rules that every tier keeps, on a server that a proxy breaks. */
abstract class BucketContract extends KvTierContract {
  private final URI server;
  private final FaultProxy proxy;
  private final String prefix = UUID.randomUUID() + "/";

  BucketContract(URI server) {
    this.server = server;
    proxy = new FaultProxy(server);
  }

  /** Which HTTP client moves payloads: the one that is the default. */
  String http() {
    return "apache";
  }

  /** The object of a chunk. */
  final String object(ChunkKey key) {
    return new ObjectNames(prefix).chunk(key);
  }

  @AfterEach
  final void closeProxy() {
    proxy.close();
  }

  @Override
  protected KvTier open(TierContext context) {
    TestBucket.create(server);
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
    return Opened.at(server, bounded).capacity(chunks * bytes).tier(context);
  }

  /** A round is some requests of a server here, not some memory accesses. */
  @Override
  protected int rounds() {
    return 40;
  }

  @Override
  protected boolean setBroken(boolean broken) {
    proxy.fail(broken ? Fault.error(500, "InternalError") : Fault.none());
    return true;
  }
}
