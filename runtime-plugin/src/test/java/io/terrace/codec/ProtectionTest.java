/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static io.terrace.codec.StoredChunks.FINGERPRINT;
import static io.terrace.codec.StoredChunks.SECRET;
import static io.terrace.codec.StoredChunks.bytes;
import static io.terrace.codec.StoredChunks.coding;
import static io.terrace.codec.StoredChunks.descriptor;
import static io.terrace.codec.StoredChunks.encode;
import static io.terrace.codec.StoredChunks.geometry;
import static io.terrace.codec.StoredChunks.page;
import static io.terrace.codec.StoredChunks.tokens;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.terrace.engine.ChunkDecoder;
import io.terrace.engine.ChunkEncoder;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What protection is made of, told again in the test's own words, and what it costs. */
final class ProtectionTest {
  private static final int SECRET_ID = 168;
  private static final int NONCE = 184;
  private static final int TAG = 196;
  private static final int TOKENS = 256;
  private static final int POSITIONS = 5;

  /** Bytes of heap that protecting or opening a chunk may take. */
  private static final long MOST = 4096;

  private final Random random = new Random(20261125);
  private final PageGeometry geometry = geometry(DataType.F32);

  @Test
  void aCipheredChunkIsWhatTheFormatSays() throws GeneralSecurityException {
    SamplePage page = page(geometry, random);
    byte[] readable = bytes(encode(coding(Encoding.RAW, Protection.NONE), page, POSITIONS));
    byte[] stored =
        bytes(encode(coding(Encoding.RAW, Protection.AES_256_GCM, SECRET), page, POSITIONS));
    assertThat(Arrays.copyOfRange(stored, SECRET_ID, NONCE)).isEqualTo(SecretsTest.id(SECRET));
    byte[] nonce = Arrays.copyOfRange(stored, NONCE, TAG);

    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(subkey("terrace/cipher/1"), "AES"),
        new GCMParameterSpec(128, nonce));
    gcm.updateAAD(MessageDigest.getInstance("SHA-256").digest(authenticated(stored)));
    gcm.update(stored, ChunkHeader.BYTES, stored.length - ChunkHeader.BYTES);
    byte[] payload = gcm.doFinal(stored, TAG, 16);
    assertThat(payload).isEqualTo(Arrays.copyOfRange(readable, ChunkHeader.BYTES, readable.length));

    Cipher ctr = Cipher.getInstance("AES/CTR/NoPadding");
    ctr.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(subkey("terrace/tokens/1"), "AES"),
        new IvParameterSpec(Arrays.copyOf(nonce, 16)));
    assertThat(ctr.doFinal(stored, TOKENS, 4 * POSITIONS)).isEqualTo(tokenBytes());
  }

  @Test
  void aTaggedChunkIsWhatTheFormatSays() throws GeneralSecurityException {
    byte[] stored =
        bytes(
            encode(
                coding(Encoding.RAW, Protection.HMAC_SHA_256, SECRET),
                page(geometry, random),
                POSITIONS));
    assertThat(Arrays.copyOfRange(stored, SECRET_ID, NONCE)).isEqualTo(SecretsTest.id(SECRET));
    Mac hmac = Mac.getInstance("HmacSHA256");
    hmac.init(new SecretKeySpec(subkey("terrace/mac/1"), "HmacSHA256"));
    hmac.update(authenticated(stored));
    hmac.update(stored, ChunkHeader.BYTES, stored.length - ChunkHeader.BYTES);
    assertThat(Arrays.copyOfRange(stored, TAG, TAG + 16))
        .isEqualTo(Arrays.copyOf(hmac.doFinal(), 16));
  }

  /** All fields of the header but its checksum and the tag. */
  private static byte[] authenticated(byte[] stored) {
    byte[] header = Arrays.copyOf(stored, ChunkHeader.BYTES);
    Arrays.fill(header, 12, 16, (byte) 0);
    Arrays.fill(header, TAG, TAG + 16, (byte) 0);
    return header;
  }

  private static byte[] subkey(String label) throws GeneralSecurityException {
    Mac hmac = Mac.getInstance("HmacSHA256");
    hmac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
    return hmac.doFinal(label.getBytes(US_ASCII));
  }

  private static byte[] tokenBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * POSITIONS).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(tokens(POSITIONS));
    return bytes.array();
  }

  @Test
  void nothingOfACipheredChunkTellsItsContent() {
    StoredCoding coding = coding(Encoding.RAW, Protection.AES_256_GCM, SECRET);
    SamplePage page = page(geometry, random);
    byte[] one = bytes(encode(coding, page, POSITIONS));
    byte[] other = bytes(encode(coding, page, POSITIONS));
    assertThat(Arrays.copyOfRange(one, NONCE, TAG)).isNotEqualTo(new byte[12]);
    assertThat(Arrays.mismatch(one, NONCE, TAG, other, NONCE, TAG)).isNotNegative();
    int end = TOKENS + 4 * POSITIONS;
    assertThat(Arrays.copyOfRange(one, TOKENS, end)).isNotEqualTo(tokenBytes());
    assertThat(Arrays.mismatch(one, TOKENS, end, other, TOKENS, end)).isNotNegative();
    int equal = 0;
    for (int i = ChunkHeader.BYTES; i < one.length; i++) {
      equal += one[i] == other[i] ? 1 : 0;
    }
    assertThat(equal).isLessThan((one.length - ChunkHeader.BYTES) / 50);
  }

  @Test
  void aCallMakesFewObjectsHoweverLargeThePayload() {
    for (Protection protection :
        new Protection[] {Protection.AES_256_GCM, Protection.HMAC_SHA_256}) {
      HeapUse use = new HeapUse(coding(Encoding.RAW, protection, SECRET));
      for (int chunkTokens : new int[] {1, 32, 512}) {
        for (int headSize : new int[] {20, 128}) {
          PageGeometry page = new PageGeometry(4, 3, headSize, chunkTokens, DataType.F32);
          assertThat(ofCompiledCode(use, page)).as("%s, %s", protection, page).isLessThan(MOST);
        }
      }
    }
  }

  /** Compiled code makes fewer objects than interpreted code; when it is there, nobody can tell. */
  private static long ofCompiledCode(HeapUse use, PageGeometry page) {
    long bytes = use.of(page);
    for (int i = 0; i < 300 && bytes >= MOST; i++) {
      bytes = use.of(page);
    }
    return bytes;
  }

  /** How much of the heap the calls take that store one chunk and read it. */
  private static final class HeapUse {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MemorySegment header = Arena.ofAuto().allocate(Chunk.HEADER_BYTES);
    private final ChunkEncoder encoder;
    private final ChunkDecoder decoder;

    HeapUse(StoredCoding coding) {
      encoder = coding.encoder();
      decoder = coding.decoder();
    }

    /** The most of one call; the least of several times, for now and then it does other things. */
    long of(PageGeometry geometry) {
      int positions = geometry.chunkTokens();
      SamplePage page = new SamplePage(geometry);
      ChunkDescriptor descriptor = descriptor(geometry, positions);
      int[] tokens = tokens(positions);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        long start = threads.getCurrentThreadAllocatedBytes();
        Chunk chunk = encoder.encode(ChunkKind.FULL, descriptor, FINGERPRINT, tokens, page);
        long written = threads.getCurrentThreadAllocatedBytes();
        header.copyFrom(chunk.header());
        long accepting = threads.getCurrentThreadAllocatedBytes();
        ChunkFault refused = decoder.accept(header, chunk.payload().byteSize());
        long accepted = threads.getCurrentThreadAllocatedBytes();
        decoder.target(page.segment()).copyFrom(chunk.payload());
        long decoding = threads.getCurrentThreadAllocatedBytes();
        ChunkFault damaged = decoder.decode(page.segment());
        long decoded = threads.getCurrentThreadAllocatedBytes();
        assertThat(refused).isNull();
        assertThat(damaged).isNull();
        least =
            Math.min(
                least,
                Math.max(written - start, Math.max(accepted - accepting, decoded - decoding)));
      }
      return least;
    }
  }
}
