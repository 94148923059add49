/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

/** How much the plugin's log tells. */
public enum LogLevel {
  /** What a person may have to know or do. */
  INFO,
  /** Also what became of each prompt. */
  DEBUG
}
