/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.codec.MissingLibraryException;
import io.terrace.codec.Secrets;
import io.terrace.codec.StoredCoding;
import io.terrace.config.Integrity;
import io.terrace.config.PluginConfig;
import io.terrace.config.PluginOptions;
import io.terrace.config.SecretText;
import io.terrace.config.TierOptions;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Settings;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How configuration says that chunks are to be stored. */
final class TierCoding {
  private static final String FILE = "file:";

  private TierCoding() {}

  /**
   * The coding of one tier.
   *
   * @param common what was set under the keys that all tiers have
   * @throws ConfigException if a library or a secret is missing
   */
  static StoredCoding of(Settings common, PluginConfig config) {
    try {
      return new StoredCoding(
          common.get(TierOptions.CODEC),
          common.get(TierOptions.CODEC_LEVEL),
          protection(common.get(TierOptions.INTEGRITY)),
          secrets(common, config),
          InstantSource.system());
    } catch (MissingLibraryException e) {
      throw new ConfigException(List.of(String.valueOf(e.getMessage())));
    }
  }

  /**
   * For reading chunks of which nobody says which tier they are from: they must be protected as
   * soon as one tier of the stack wants it.
   *
   * @throws ConfigException if a secret is missing
   */
  static StoredCoding ofAnyTier(PluginConfig config) {
    Protection protection = Protection.NONE;
    Secrets secrets = secrets(PluginOptions.INTEGRITY_SECRET.name(), config.integritySecret());
    for (String name : config.stack()) {
      Settings common = config.commonSettings(name);
      if (common.get(TierOptions.INTEGRITY) != Integrity.CHECKSUM) {
        protection = protection(common.get(TierOptions.INTEGRITY));
        secrets = secrets(common, config);
      }
    }
    return new StoredCoding(Encoding.RAW, 1, protection, secrets, InstantSource.system());
  }

  private static @Nullable Secrets secrets(Settings common, PluginConfig config) {
    Secrets secrets = secrets(PluginOptions.INTEGRITY_SECRET.name(), config.integritySecret());
    if (common.get(TierOptions.INTEGRITY) != Integrity.CHECKSUM && secrets == null) {
      throw common.refuse(
          TierOptions.INTEGRITY,
          "checksum, or a secret under '" + PluginOptions.INTEGRITY_SECRET.name() + "' as well");
    }
    return secrets;
  }

  private static Protection protection(Integrity integrity) {
    return switch (integrity) {
      case CHECKSUM -> Protection.NONE;
      case MAC -> Protection.HMAC_SHA_256;
      case AES_256_GCM -> Protection.AES_256_GCM;
    };
  }

  /**
   * Reads secrets from where configuration says they are.
   *
   * @param key for messages
   * @throws ConfigException if they cannot be read, without showing them
   */
  static @Nullable Secrets secrets(String key, Optional<SecretText> written) {
    if (written.isEmpty()) {
      return null;
    }
    String text = written.get().text();
    return text.startsWith(FILE)
        ? Secrets.read(Path.of(text.substring(FILE.length())))
        : Secrets.parse("'" + key + "'", text);
  }
}
