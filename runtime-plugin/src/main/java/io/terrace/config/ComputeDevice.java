/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

/** What computes attention, and so where its KV lies. */
public enum ComputeDevice {
  /**
   * A CUDA device where there is one that is faster for a model, as a trial says; else the host.
   */
  AUTO,
  /** The runtime itself, as without Terrace. */
  HOST,
  /** A CUDA device. */
  CUDA
}
