/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Files of version 1 are read as they were meant, and written again to the byte. */
final class GoldenFilesTest {
  private static byte[] bytes(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  private static ChunkHeader expect(MemorySegment file, ChunkKind kind, ChunkDescriptor chunk) {
    ChunkHeader header = new ChunkHeader(Golden.header(file));
    assertThat(header.fault(file.byteSize() - ChunkHeader.BYTES)).isNull();
    assertThat(header.mismatch(chunk.key(), Golden.FINGERPRINT, Golden.GEOMETRY)).isNull();
    assertThat(header.kind()).isEqualTo(kind);
    assertThat(header.key()).isEqualTo(chunk.key());
    assertThat(header.parent()).isEqualTo(Golden.ROOT);
    assertThat(header.fingerprint()).isEqualTo(Golden.FINGERPRINT);
    assertThat(header.geometry()).isEqualTo(Golden.GEOMETRY);
    assertThat(header.positions()).isEqualTo(chunk.positions());
    assertThat(header.tokenCount()).isEqualTo(chunk.positions());
    assertThat(header.encoding()).isEqualTo(Encoding.RAW);
    assertThat(header.created()).isEqualTo(Instant.parse("2025-11-24T16:00:00.123Z"));
    assertThat(header.rawBytes()).isEqualTo(header.storedBytes());
    return header;
  }

  private static void expectPlain(MemorySegment file, ChunkHeader header, int positions) {
    MemorySegment payload = Golden.payload(file);
    assertThat(header.protection()).isEqualTo(Protection.NONE);
    assertThat(header.tokens()).isEqualTo(Arrays.copyOf(Golden.TOKENS, positions));
    assertThat(header.checksumKind()).isEqualTo(ChecksumKind.CRC32C);
    assertThat(header.payloadChecksum()).isEqualTo(ChecksumKind.CRC32C.of(payload));
    assertThat(header.storedBytes()).isEqualTo(payload.byteSize());
  }

  @Test
  void aFullChunk() {
    MemorySegment file = Golden.file("v1-full.chunk");
    expectPlain(file, expect(file, ChunkKind.FULL, Golden.full()), 32);
    MemorySegment payload = Golden.payload(32);
    assertThat(bytes(Golden.payload(file))).isEqualTo(bytes(payload));
    MemorySegment written =
        Golden.begin(ChunkKind.FULL, Golden.full()).checksum(ChecksumKind.CRC32C, payload).finish();
    assertThat(bytes(written)).isEqualTo(bytes(Golden.header(file)));
  }

  @Test
  void aTail() {
    MemorySegment file = Golden.file("v1-tail.chunk");
    expectPlain(file, expect(file, ChunkKind.TAIL, Golden.tail(20)), 20);
    MemorySegment payload = Golden.payload(20);
    assertThat(bytes(Golden.payload(file))).isEqualTo(bytes(payload));
    MemorySegment written =
        Golden.begin(ChunkKind.TAIL, Golden.tail(20))
            .checksum(ChecksumKind.CRC32C, payload)
            .finish();
    assertThat(bytes(written)).isEqualTo(bytes(Golden.header(file)));
  }

  @Test
  void aReference() {
    MemorySegment file = Golden.file("v1-reference.chunk");
    ChunkHeader header = expect(file, ChunkKind.REFERENCE, Golden.tail(32));
    expectPlain(file, header, 32);
    assertThat(header.referenced()).isEqualTo(Golden.FULL_KEY);
    assertThat(header.storedBytes()).isZero();
    MemorySegment written =
        Golden.begin(ChunkKind.REFERENCE, Golden.tail(32))
            .referenced(Golden.FULL_KEY)
            .checksum(ChecksumKind.CRC32C, Golden.payload(file))
            .finish();
    assertThat(bytes(written)).isEqualTo(bytes(Golden.header(file)));
  }

  private static byte[] hmac(byte[] secret, byte[]... parts) throws GeneralSecurityException {
    Mac hmac = Mac.getInstance("HmacSHA256");
    hmac.init(new SecretKeySpec(secret, "HmacSHA256"));
    for (byte[] part : parts) {
      hmac.update(part);
    }
    return hmac.doFinal();
  }

  private static byte[] key(String use) throws GeneralSecurityException {
    return hmac(Golden.SECRET, use.getBytes(US_ASCII));
  }

  private static byte[] secretId() throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update("terrace/secret-id/1".getBytes(US_ASCII));
    return Arrays.copyOf(sha256.digest(Golden.SECRET), 16);
  }

  @Test
  void aChunkThatIsSigned() throws GeneralSecurityException {
    MemorySegment file = Golden.file("v1-mac.chunk");
    ChunkHeader header = expect(file, ChunkKind.FULL, Golden.full());
    assertThat(header.protection()).isEqualTo(Protection.HMAC_SHA_256);
    assertThat(header.tokens()).as("readable").isEqualTo(Golden.TOKENS);
    assertThat(header.secretId()).isEqualTo(secretId());
    byte[] payload = bytes(Golden.payload(file));
    assertThat(payload).as("readable").isEqualTo(bytes(Golden.payload(32)));
    byte[] tag = Arrays.copyOf(hmac(key("terrace/mac/1"), header.authenticated(), payload), 16);
    assertThat(header.tag()).isEqualTo(tag);
    MemorySegment written =
        Golden.begin(ChunkKind.FULL, Golden.full())
            .protectedBy(Protection.HMAC_SHA_256, secretId(), new byte[12])
            .tag(tag)
            .finish();
    assertThat(bytes(written)).isEqualTo(bytes(Golden.header(file)));
  }

  @Test
  void aChunkThatIsEnciphered() throws GeneralSecurityException {
    MemorySegment file = Golden.file("v1-aes.chunk");
    ChunkHeader header = expect(file, ChunkKind.FULL, Golden.full());
    assertThat(header.protection()).isEqualTo(Protection.AES_256_GCM);
    assertThat(header.checksumKind()).isEqualTo(ChecksumKind.NONE);
    assertThat(header.nonce()).isEqualTo(Golden.NONCE);
    assertThat(header.secretId()).isEqualTo(secretId());
    assertThat(header.tokens()).as("not to be read").isNotEqualTo(Golden.TOKENS);
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(key("terrace/cipher/1"), "AES");
    gcm.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, header.nonce()));
    gcm.updateAAD(MessageDigest.getInstance("SHA-256").digest(header.authenticated()));
    gcm.update(bytes(Golden.payload(file)));
    byte[] payload = gcm.doFinal(header.tag());
    assertThat(payload).isEqualTo(bytes(Golden.payload(32)));
    assertThat(decipheredTokens(header)).isEqualTo(Golden.TOKENS);
  }

  private static int[] decipheredTokens(ChunkHeader header) throws GeneralSecurityException {
    Cipher ctr = Cipher.getInstance("AES/CTR/NoPadding");
    SecretKeySpec key = new SecretKeySpec(key("terrace/tokens/1"), "AES");
    byte[] counter = Arrays.copyOf(header.nonce(), 16);
    ctr.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
    byte[] plain = ctr.doFinal(bytes(header.tokenMemory()));
    return MemorySegment.ofArray(plain).toArray(HeaderLayout.U32);
  }
}
