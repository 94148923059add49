/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where secrets come from, and that they do not come out. */
final class SecretsTest {
  private static final byte[] FIRST = secret(1);
  private static final byte[] SECOND = secret(2);
  private static final String HEX = HexFormat.of().formatHex(FIRST);
  private static final String BASE64 = Base64.getEncoder().encodeToString(SECOND);

  @TempDir private Path folder;

  static byte[] secret(int seed) {
    byte[] secret = new byte[32];
    new Random(seed).nextBytes(secret);
    return secret;
  }

  @Test
  void theFirstLineIsWrittenWithAndAllAreReadWith() throws IOException {
    Path file = Files.writeString(folder.resolve("s"), "# rotated\n" + HEX + "\r\n\n " + BASE64);
    Secrets secrets = Secrets.read(file);
    assertThat(secrets.current().id()).isEqualTo(id(FIRST));
    assertThat(secrets.find(id(FIRST))).isSameAs(secrets.current());
    assertThat(secrets.find(id(SECOND))).isNotNull().isNotSameAs(secrets.current());
    assertThat(secrets.find(id(secret(3)))).isNull();
  }

  @Test
  void aFileMayBeTheBytesThemselves() throws IOException {
    Path file = Files.write(folder.resolve("s"), FIRST);
    assertThat(Secrets.read(file).current().id()).isEqualTo(id(FIRST));
  }

  @Test
  void allSpellingsMeanTheSame() {
    String base64 = Base64.getEncoder().encodeToString(FIRST);
    for (String text :
        new String[] {
          HEX, HEX.toUpperCase(Locale.ROOT), base64, base64.replace("=", ""), "  " + HEX + "\n"
        }) {
      assertThat(Secrets.parse("text", text).current().id()).isEqualTo(id(FIRST));
    }
  }

  @Test
  void whatIsNoSecretIsRefusedWithItsPlaceAndWhatIsAllowed() throws IOException {
    String allowed = "a secret is 64 hexadecimal digits, or base64 of 32 bytes";
    assertRefused("", "variable S has no secret in it: " + allowed);
    assertRefused("\n# " + HEX + "\n", "variable S has no secret in it: " + allowed);
    assertRefused(
        HEX + "\n" + "hunter2 hunter2",
        "variable S, line 2: 15 characters that are no secret: " + allowed);
    assertRefused(HEX.substring(2), "variable S, line 1: base64 of 46 bytes: " + allowed);
    assertRefused(
        HEX + "\n" + BASE64 + "\n" + HEX, "variable S, line 3: this secret is there already");

    Path file = Files.writeString(folder.resolve("s"), HEX.substring(32));
    assertThatThrownBy(() -> Secrets.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "secrets file "
                + file
                + " has 32 hexadecimal digits, which are 16 bytes only: "
                + allowed);
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> Secrets.parse("variable S", text))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> Secrets.read(absent))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("secrets file " + absent + " cannot be read: ");
    Path large = Files.write(folder.resolve("large"), new byte[(64 << 10) + 1]);
    assertThatThrownBy(() -> Secrets.read(large))
        .isInstanceOf(ConfigException.class)
        .hasMessage("secrets file " + large + " is larger than 65536 bytes");
  }

  @Test
  void noTextShowsASecret() {
    Secrets secrets = Secrets.parse("text", HEX + "\n" + BASE64);
    String id = HexFormat.of().formatHex(id(FIRST), 0, 4);
    assertThat(secrets).hasToString("secret " + id + "… and 1 older");
    String wrong = HEX.substring(0, 63) + "!";
    assertThatThrownBy(() -> Secrets.parse("text", wrong))
        .isInstanceOf(ConfigException.class)
        .hasNoCause()
        .message()
        .doesNotContain(HEX.substring(0, 4))
        .doesNotContain("!");
  }

  /** As the format says, in other words than the code's. */
  static byte[] id(byte[] secret) {
    try {
      byte[] label = "terrace/secret-id/1".getBytes(US_ASCII);
      byte[] both = Arrays.copyOf(label, label.length + secret.length);
      System.arraycopy(secret, 0, both, label.length, secret.length);
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(both), 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
