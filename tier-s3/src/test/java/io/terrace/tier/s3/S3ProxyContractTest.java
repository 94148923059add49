/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.Settings;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.KvTierContract;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The rules that every tier keeps, on s3proxy. */
final class S3ProxyContractTest extends KvTierContract {
  private final String prefix = UUID.randomUUID() + "/";

  private Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("bucket", TestBucket.NAME);
    keys.put("prefix", prefix);
    keys.put("endpoint", S3ProxyServer.endpoint().toString());
    keys.put("accessKey", S3ProxyServer.ACCESS_KEY);
    keys.put("secretKey", S3ProxyServer.SECRET_KEY);
    return keys;
  }

  @Override
  protected KvTier open(TierContext context) {
    TestBucket.create(S3ProxyServer.endpoint());
    S3TierProvider provider = new S3TierProvider();
    return provider.open(Settings.of(provider.options(), keys()), context);
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return open(context);
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) {
    long bytes = ChunkHeader.BYTES + (long) TestChunks.SMALL.pageBytes();
    String bounded = UUID.randomUUID() + "/";
    return Opened.at(S3ProxyServer.endpoint(), bounded).capacity(chunks * bytes).tier(context);
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    String object = new ObjectNames(prefix).chunk(key);
    return TestBucket.change(S3ProxyServer.endpoint(), object, change);
  }
}
