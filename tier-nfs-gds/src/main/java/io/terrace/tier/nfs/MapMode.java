/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

/** Whether chunks are lent by mapping their files, where the file system allows it. */
enum MapMode {
  /** On tmpfs alone. */
  AUTO,
  /** On local file systems as well. */
  ON,
  /** Nowhere. */
  OFF
}
