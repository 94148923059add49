/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import io.terrace.spi.ChunkKey;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The rules that every tier keeps, on a server of another make. */
final class S3MockContractTest extends BucketContract {
  private static S3MockServer server;

  S3MockContractTest() {
    super(server.endpoint());
  }

  @BeforeAll
  static void start() throws IOException {
    server = S3MockServer.start();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    server.stop();
  }

  @Test
  @Override
  public void rule_204_aReaderSeesAllOrNothing() {
    abort("S3Mock replaces an object in several steps: a read beside that may be cut, and fails");
  }

  /** Some thousand writes and reads. */
  @Test
  @Override
  public void rule_305_damageIsHandedOutAsItIsOrSetAside() {
    abort("which byte is damaged is nothing to a server: done on s3proxy alone");
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) {
    try {
      byte[] before = TestBucket.get(server.endpoint(), object(key));
      TestBucket.put(server.endpoint(), object(key), change.apply(before));
      return true;
    } catch (NoSuchKeyException e) {
      return false;
    }
  }
}
