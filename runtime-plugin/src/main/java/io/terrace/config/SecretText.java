/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

/**
 * A secret as it was written, or where it lies.
 *
 * @param text never to be shown
 */
public record SecretText(String text) {
  @Override
  public String toString() {
    return "(secret)";
  }
}
