/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

/** There is no device; the message says what is missing. */
public final class DeviceAbsentException extends Exception {
  private static final long serialVersionUID = 1;

  DeviceAbsentException(String message) {
    super(message);
  }
}
