/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import io.terrace.spi.ChunkKey;
import java.io.IOException;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The rules that every tier keeps, on Ceph, where it is installed. */
final class CephContractTest extends BucketContract {
  private static URI server;

  CephContractTest() {
    super(server);
  }

  @BeforeAll
  static void start() throws Exception {
    server = CephServer.endpoint();
  }

  /** Some thousand writes and reads. */
  @Test
  @Override
  public void rule_305_damageIsHandedOutAsItIsOrSetAside() {
    abort("which byte is damaged is nothing to a server: done on s3proxy alone");
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    try {
      byte[] before = TestBucket.get(server, object(key));
      TestBucket.put(server, object(key), change.apply(before));
      return true;
    } catch (NoSuchKeyException e) {
      return false;
    }
  }
}
