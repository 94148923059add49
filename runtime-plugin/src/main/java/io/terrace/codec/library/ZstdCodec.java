/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.library;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.terrace.codec.CodecException;
import io.terrace.codec.ShuffledCodec;
import io.terrace.spi.format.Encoding;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;

/** Zstandard. */
public final class ZstdCodec extends ShuffledCodec {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Contexts contexts;
  private final Cleaner.Cleanable cleanable;

  /**
   * @param level of compression: 1 is fast, 3 the library's default
   * @throws IllegalArgumentException if there is no such level
   */
  public ZstdCodec(int level) {
    int least = Zstd.minCompressionLevel();
    int most = Zstd.maxCompressionLevel();
    if (level < least || level > most) {
      throw new IllegalArgumentException(
          "level of zstd must be " + least + " to " + most + ", got " + level);
    }
    contexts = new Contexts(new ZstdCompressCtx().setLevel(level), new ZstdDecompressCtx());
    cleanable = CLEANER.register(this, contexts);
  }

  @Override
  public Encoding encoding() {
    return Encoding.ZSTD;
  }

  @Override
  protected int compress(ByteBuffer from, ByteBuffer to) {
    try {
      return contexts.compress.compressDirectByteBuffer(
          to, 0, to.remaining(), from, 0, from.remaining());
    } catch (ZstdException e) {
      if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
        return -1;
      }
      throw new IllegalStateException("compressing with zstd failed", e);
    }
  }

  @Override
  protected int decompress(ByteBuffer from, ByteBuffer to) throws CodecException {
    try {
      return contexts.decompress.decompressDirectByteBuffer(
          to, 0, to.remaining(), from, 0, from.remaining());
    } catch (ZstdException e) {
      throw new CodecException("not Zstandard of the length wanted: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  /** The library's own memory, kept apart so that it can be freed when the codec is gone. */
  private static final class Contexts implements Runnable {
    final ZstdCompressCtx compress;
    final ZstdDecompressCtx decompress;

    Contexts(ZstdCompressCtx compress, ZstdDecompressCtx decompress) {
      this.compress = compress;
      this.decompress = decompress;
    }

    @Override
    public void run() {
      compress.close();
      decompress.close();
    }
  }
}
