/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The chain against answers that another implementation computed: key-vectors.txt. */
final class KeyVectorsTest {
  private final KeyChain chain = new KeyChain();
  private byte[] fingerprint = new byte[0];
  private byte[] saltHash = new byte[0];
  private byte[] secret = new byte[0];
  private ChunkKey key = ChunkKey.of(new byte[ChunkKey.BYTES], 0);
  private int chunks;
  private int tails;
  private int roots;

  @Test
  void knownAnswers() throws IOException {
    lines().stream().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(this::check);
    assertThat(roots).isEqualTo(8);
    assertThat(chunks).isEqualTo(18);
    assertThat(tails).isEqualTo(14);
  }

  private void check(String line) {
    String[] words = line.split(" ", -1);
    int[] tokens = Arrays.stream(words).skip(2).mapToInt(Integer::parseUnsignedInt).toArray();
    switch (words[0]) {
      case "fingerprint" -> {
        fingerprint = HexFormat.of().parseHex(words[1]);
        secret = new byte[0];
      }
      case "secret" -> secret = HexFormat.of().parseHex(words[1]);
      case "saltHash" -> saltHash = HexFormat.of().parseHex(words[1]);
      case "root" -> checkRoot(words[1]);
      case "chunk" -> {
        key = chain.next(key, tokens, 0, tokens.length);
        chunks++;
        assertThat(key.hex()).as("chunk of %d tokens", tokens.length).isEqualTo(words[1]);
      }
      case "tail" -> {
        tails++;
        assertThat(chain.tail(key, tokens, 0).hex()).as("tail").isEqualTo(words[1]);
      }
      default -> throw new AssertionError("unknown line: " + line);
    }
  }

  private void checkRoot(String expected) {
    roots++;
    if (secret.length > 0) {
      key = chain.root(fingerprint, saltHash, secret);
      assertThat(key.hex()).as("root with a secret").isEqualTo(expected);
      assertThat(key).isNotEqualTo(chain.root(fingerprint, saltHash));
      return;
    }
    key = chain.root(fingerprint, saltHash);
    assertThat(key.hex()).as("root").isEqualTo(expected);
    if (Arrays.equals(saltHash, new byte[ChunkKey.BYTES])) {
      assertThat(chain.root(fingerprint)).as("root without a salt").isEqualTo(key);
    }
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            KeyVectorsTest.class.getResourceAsStream("key-vectors.txt"), "key-vectors.txt")) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
