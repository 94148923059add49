/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.util.Locale;

/** Which way files are read: the values of the setting. */
public enum ReadWay {
  /** The one that the probe of the volume finds best. */
  AUTO,
  /** {@link ChannelReads}. */
  CHANNEL,
  /** {@link DirectReads}. */
  DIRECT,
  /** {@link UringReads}. */
  URING;

  /** The word for it in configuration, log and counters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
