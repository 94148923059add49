/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

/** Whether payloads go between files and device memory by GPUDirect Storage. */
enum GdsMode {
  /** Where they need not go through host memory. */
  AUTO,
  /** Also where the library takes them through host memory itself. */
  ON,
  /** Nowhere; the library is not loaded. */
  OFF
}
