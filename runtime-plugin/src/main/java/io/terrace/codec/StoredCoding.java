/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.engine.ChunkCoding;
import io.terrace.engine.ChunkDecoder;
import io.terrace.engine.ChunkEncoder;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How the chunks of a tier that stores bytes are stored. What is read may be encoded in any way; it
 * must be protected if what is written is, in whichever way.
 *
 * <p>Safe for use by several threads.
 *
 * @param encoding of payloads that get smaller by it; the others are stored raw
 * @param level how hard {@link Encoding#ZSTD} tries
 * @param protection of what is written
 * @param secrets to protect with, and to open what is protected; null if there are none
 * @param clock for the time that a header tells
 */
public record StoredCoding(
    Encoding encoding,
    int level,
    Protection protection,
    @Nullable Secrets secrets,
    InstantSource clock)
    implements ChunkCoding {

  /**
   * Checks that everything is there that will be needed.
   *
   * @throws MissingLibraryException if the encoding's library is not installed
   * @throws IllegalArgumentException if there is no such level, or nothing to protect with
   */
  public StoredCoding {
    if (protection != Protection.NONE && secrets == null) {
      throw new IllegalArgumentException("protection " + protection + " needs a secret");
    }
    Codecs.open(encoding, level).close();
  }

  @Override
  public boolean storesPages() {
    return encoding == Encoding.RAW && protection == Protection.NONE;
  }

  @Override
  public ChunkEncoder encoder() {
    return new PageEncoder(this);
  }

  @Override
  public ChunkDecoder decoder() {
    return new PageDecoder(this);
  }
}
