/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

/** What keeps the chunks of a tier from damage and forgery. */
public enum Integrity {
  /** A checksum finds damage; whoever can write can forge. */
  CHECKSUM,
  /** A message authentication code: whoever lacks the secret cannot forge. */
  MAC,
  /** Nor read: payload and token ids are enciphered. */
  AES_256_GCM
}
