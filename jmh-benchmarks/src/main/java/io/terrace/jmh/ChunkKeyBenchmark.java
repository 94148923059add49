/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to name a chunk of 256 tokens, beside SHA-256 alone over as many bytes?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar ChunkKeyBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChunkKeyBenchmark {
  private static final int CHUNK_TOKENS = 256;
  private static final int HASHED_BYTES = ChunkKey.BYTES + Integer.BYTES * (1 + CHUNK_TOKENS);

  private final KeyChain chain = new KeyChain();
  private final int[] tokens = Prompts.random(1, CHUNK_TOKENS);
  private final byte[] message = new byte[HASHED_BYTES];
  private final byte[] hash = new byte[ChunkKey.BYTES];
  private final MessageDigest sha256 = sha256();
  private ChunkKey parent = chain.root(new byte[ChunkKey.BYTES]);

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Each key is the next one's parent, as in a prompt. */
  @Benchmark
  public ChunkKey nextKey() {
    parent = chain.next(parent, tokens, 0, CHUNK_TOKENS);
    return parent;
  }

  /** The ceiling: the hash of 1,060 bytes that are there already. */
  @Benchmark
  public byte[] sha256Alone() throws DigestException {
    sha256.update(message, 0, HASHED_BYTES);
    sha256.digest(hash, 0, hash.length);
    System.arraycopy(hash, 0, message, 0, hash.length);
    return hash;
  }
}
