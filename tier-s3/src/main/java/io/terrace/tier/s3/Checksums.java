/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** When the SDK adds checksums of its own to what it sends, and checks those that come. */
enum Checksums {
  /** Where S3 demands one: older servers refuse others, and a chunk carries its own. */
  REQUIRED,
  /** Wherever the protocol has one. */
  SUPPORTED
}
