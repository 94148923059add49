/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

/** Is told how far a model file is; called by the writing thread about once a megabyte. */
@FunctionalInterface
public interface ProgressListener {

  /** Listens to nothing. */
  ProgressListener NONE = (writtenBytes, totalBytes) -> {};

  /**
   * Called after more was written. An exception thrown here ends the writing and reaches its
   * caller; nothing half-made is left.
   *
   * @param writtenBytes bytes of the model file so far
   * @param totalBytes its final length; equal to {@code writtenBytes} in the last call
   */
  void written(long writtenBytes, long totalBytes);
}
