/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Settings;

/**
 * Opens a tier. Found through {@link java.util.ServiceLoader}: a public class with a public
 * constructor without parameters, named in {@code META-INF/services/io.terrace.spi.KvTierProvider}.
 */
public interface KvTierProvider {
  /**
   * The name by which configuration chooses the tier: small letters, digits and dashes, unique
   * among the tiers that are installed.
   */
  String type();

  /**
   * The tier's options, named relative to {@code tiers.<name>.}, where the name is the type unless
   * the stack has another one. A few names are taken by options that every tier has, {@code type}
   * among them; a tier that declares one of these is not loaded.
   */
  ConfigSpec options();

  /**
   * Opens the tier. Everything it needs is known now; nothing can be set later.
   *
   * @param settings values of {@link #options()}, checked
   * @throws io.terrace.spi.config.ConfigException if the settings do not fit each other or the
   *     machine; the message says which and what to change
   */
  KvTier open(Settings settings, TierContext context);
}
