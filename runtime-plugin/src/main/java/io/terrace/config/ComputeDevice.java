/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

/** What computes attention, and so where its KV lies. */
public enum ComputeDevice {
  /** The runtime itself, as without Terrace. */
  HOST,
  /** A CUDA device. */
  CUDA
}
