/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

/** The attributes that any application sees of the agent. */
public interface StandInAgentMBean {
  /** Tokens of the last prompt. */
  long getLastPromptTokens();

  /** Tokens of it that were not computed. */
  long getLastReusedTokens();

  /** Whether anything is reused and kept from now on. */
  boolean isSharing();

  void setSharing(boolean sharing);

  /** Stores what waits; whether nothing is left. */
  boolean flush(int seconds);
}
