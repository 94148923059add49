/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** The rules that every tier keeps, on s3proxy, through the client that is the default. */
class S3ProxyContractTest extends BucketContract {
  S3ProxyContractTest() {
    super(S3ProxyServer.endpoint());
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    return S3ProxyServer.change(object(key), change);
  }
}
