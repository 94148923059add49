/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.terrace.spi.config.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Makes secrets of bytes and text. What it complains of it never repeats. */
final class SecretReader {
  private static final String ALLOWED =
      "a secret is 64 hexadecimal digits, or base64 of " + Secret.BYTES + " bytes";

  private SecretReader() {}

  static List<Secret> ofFile(String where, byte[] content) {
    String text = new String(content, ISO_8859_1);
    if (content.length != Secret.BYTES) {
      return ofText(where, text);
    }
    if (isHex(text)) {
      throw problem(where + " has 32 hexadecimal digits, which are 16 bytes only: " + ALLOWED);
    }
    return List.of(new Secret(content));
  }

  static List<Secret> ofText(String where, String text) {
    List<Secret> secrets = new ArrayList<>();
    List<byte[]> ids = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        String place = where + ", line " + number;
        Secret secret = new Secret(bytes(place, stripped));
        if (ids.stream().anyMatch(id -> Arrays.equals(id, secret.id()))) {
          throw problem(place + ": this secret is there already");
        }
        ids.add(secret.id());
        secrets.add(secret);
      }
    }
    if (secrets.isEmpty()) {
      throw problem(where + " has no secret in it: " + ALLOWED);
    }
    return List.copyOf(secrets);
  }

  private static byte[] bytes(String place, String line) {
    byte[] bytes;
    if (line.length() == 2 * Secret.BYTES && isHex(line)) {
      bytes = HexFormat.of().parseHex(line);
    } else {
      try {
        bytes = Base64.getDecoder().decode(line);
      } catch (IllegalArgumentException e) { // whose message shows a part of it
        throw problem(place + ": " + line.length() + " characters that are no secret: " + ALLOWED);
      }
    }
    if (bytes.length != Secret.BYTES) {
      throw problem(place + ": base64 of " + bytes.length + " bytes: " + ALLOWED);
    }
    return bytes;
  }

  private static boolean isHex(String text) {
    return text.chars().allMatch(HexFormat::isHexDigit);
  }

  static ConfigException problem(String problem) {
    return new ConfigException(List.of(problem));
  }
}
