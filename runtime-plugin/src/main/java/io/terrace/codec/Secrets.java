/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The secret that chunks are written with, and older ones that chunks may still be read with.
 * Immutable; no text of it shows a secret.
 */
public final class Secrets {
  private static final long MOST_FILE_BYTES = 64 << 10;

  private final List<Secret> secrets; // the current one first

  private Secrets(List<Secret> secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads a file: the 32 bytes of a secret and nothing else, or lines of text, each a secret, the
   * current one first. Empty lines and lines that begin with {@code #} do not count.
   *
   * @throws ConfigException if it cannot be read, or something in it is not a secret
   */
  public static Secrets read(Path file) {
    String where = "secrets file " + file;
    try {
      if (Files.size(file) > MOST_FILE_BYTES) {
        throw SecretReader.problem(where + " is larger than " + MOST_FILE_BYTES + " bytes");
      }
      return new Secrets(SecretReader.ofFile(where, Files.readAllBytes(file)));
    } catch (IOException e) {
      throw SecretReader.problem(where + " cannot be read: " + e);
    }
  }

  /**
   * Takes secrets from text, such as an environment variable's: one, or several lines of them.
   *
   * @param where what the text is, for messages: {@code environment variable X}
   * @throws ConfigException if something in it is not a secret
   */
  public static Secrets parse(String where, String text) {
    return new Secrets(SecretReader.ofText(where, text));
  }

  /** What the current secret gives to be mixed into the names of chunks: 32 bytes. */
  public byte[] keySecret() {
    return current().keySecret().clone();
  }

  /** The one to write with. */
  Secret current() {
    return secrets.getFirst();
  }

  /** The one with an id; null if it is not at hand. */
  @Nullable Secret find(byte[] id) {
    for (Secret secret : secrets) {
      if (Arrays.equals(secret.id(), id)) {
        return secret;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return current() + " and " + (secrets.size() - 1) + " older";
  }
}
