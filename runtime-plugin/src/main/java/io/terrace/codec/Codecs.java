/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.format.Encoding;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;

/** Makes codecs. */
public final class Codecs {
  private Codecs() {}

  /**
   * A new codec.
   *
   * @param level how hard {@link Encoding#ZSTD} tries; the others have no levels
   * @throws MissingLibraryException if the encoding's library is not installed
   * @throws IllegalArgumentException if there is no such level
   */
  public static Codec open(Encoding encoding, int level) {
    return switch (encoding) {
      case RAW -> new RawCodec();
      case ZSTD -> open(encoding, Library.ZSTD, Library.USERS + "ZstdCodec", level);
      case LZ4 -> open(encoding, Library.LZ4, Library.USERS + "Lz4Codec", level);
    };
  }

  private static Codec open(Encoding encoding, Library library, String className, int level) {
    try {
      return Class.forName(className, true, Library.loader())
          .asSubclass(Codec.class)
          .getConstructor(int.class)
          .newInstance(level);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException badLevel) {
        throw badLevel;
      }
      throw missing(encoding, library, e.getCause() == null ? e : e.getCause());
    } catch (IOException | ReflectiveOperationException | LinkageError e) {
      throw missing(encoding, library, e);
    }
  }

  private static MissingLibraryException missing(
      Encoding encoding, Library library, Throwable cause) {
    return new MissingLibraryException(
        "encoding "
            + encoding.name().toLowerCase(Locale.ROOT)
            + " needs "
            + library.place()
            + ": "
            + cause,
        cause);
  }
}
