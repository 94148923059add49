/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.library;

import io.terrace.codec.CodecException;
import io.terrace.codec.ShuffledCodec;
import io.terrace.spi.format.Encoding;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** One block of LZ4. */
public final class Lz4Codec extends ShuffledCodec {
  private final LZ4Compressor compressor;
  private final LZ4SafeDecompressor decompressor;

  /**
   * @param level not used: the fast compressor has none
   */
  public Lz4Codec(int level) {
    LZ4Factory factory = LZ4Factory.nativeInstance();
    compressor = factory.fastCompressor();
    decompressor = factory.safeDecompressor();
  }

  @Override
  public Encoding encoding() {
    return Encoding.LZ4;
  }

  @Override
  protected int compress(ByteBuffer from, ByteBuffer to) {
    try {
      return compressor.compress(from, 0, from.remaining(), to, 0, to.remaining());
    } catch (LZ4Exception e) { // it has no other than that of too little room
      return -1;
    }
  }

  @Override
  protected int decompress(ByteBuffer from, ByteBuffer to) throws CodecException {
    try {
      return decompressor.decompress(from, 0, from.remaining(), to, 0, to.remaining());
    } catch (LZ4Exception e) {
      throw new CodecException("not LZ4 of the length wanted: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {}
}
