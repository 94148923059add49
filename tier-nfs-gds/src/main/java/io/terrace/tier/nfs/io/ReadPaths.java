/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@link ReadPathProbe} found out about a folder.
 *
 * @param chosen the way to take; never {@link ReadWay#AUTO}
 * @param reason why that one
 * @param findings each way, and whether it works
 * @param directWrites whether files can be written by direct I/O
 * @param uringDepth as for {@link UringReads}
 */
public record ReadPaths(
    ReadWay chosen, String reason, List<Finding> findings, boolean directWrites, int uringDepth) {
  /** Below this part of the channel's speed, direct I/O does not pay for its lack of a cache. */
  private static final double DIRECT_LEAST = 0.8;

  /** Above this part of the speed of {@code pread}, a ring is more than noise faster. */
  private static final double URING_LEAST = 1.15;

  /** Makes a copy of the list. */
  public ReadPaths {
    findings = List.copyOf(findings);
  }

  /**
   * What became of one way.
   *
   * @param way which
   * @param works whether all bytes came back
   * @param megabytesPerSecond roughly, in 10^6 bytes a second; 0 if it does not work or was not
   *     timed
   * @param refusal why it does not work; empty if it does
   */
  public record Finding(ReadWay way, boolean works, long megabytesPerSecond, String refusal) {
    static Finding works(ReadWay way, long megabytesPerSecond) {
      return new Finding(way, true, megabytesPerSecond, "");
    }

    static Finding refused(ReadWay way, String refusal) {
      return new Finding(way, false, 0, refusal);
    }

    /** For people: {@code direct works (about 5,800 MB/s)}. */
    @Override
    public String toString() {
      String speed =
          megabytesPerSecond > 0 ? String.format(" (about %,d MB/s)", megabytesPerSecond) : "";
      return way.word() + (works ? " works" + speed : " refused: " + refusal);
    }
  }

  /**
   * Opens the way that was chosen.
   *
   * @throws IOException if that does not work any more
   */
  public ReadPath open() throws IOException {
    return open(chosen, uringDepth);
  }

  /** For people: the choice, the reason, and each way. */
  @Override
  public String toString() {
    String all = findings.stream().map(Finding::toString).collect(Collectors.joining("; "));
    String writes = directWrites ? "direct" : "channel";
    return "read by " + chosen.word() + " (" + reason + "), written by " + writes + "; " + all;
  }

  static ReadPath open(ReadWay way, int uringDepth) throws IOException {
    return switch (way) {
      case AUTO, CHANNEL -> new ChannelReads();
      case DIRECT -> new DirectReads();
      case URING -> new UringReads(uringDepth);
    };
  }

  /** When nothing could be tried. */
  static ReadPaths channelOnly(ReadWay wanted, String refusal, int uringDepth) {
    List<Finding> findings =
        List.of(
            Finding.works(ReadWay.CHANNEL, 0),
            Finding.refused(ReadWay.DIRECT, refusal),
            Finding.refused(ReadWay.URING, refusal));
    return choose(wanted, findings, false, uringDepth);
  }

  /** The wanted way if it works, else the best of those that do. */
  static ReadPaths choose(
      ReadWay wanted, List<Finding> findings, boolean directWrites, int uringDepth) {
    ReadWay best = best(findings);
    if (wanted == ReadWay.AUTO) {
      return new ReadPaths(best, "the best here", findings, directWrites, uringDepth);
    }
    Finding found = of(wanted, findings);
    return found.works() || wanted == ReadWay.CHANNEL
        ? new ReadPaths(wanted, "as set", findings, directWrites, uringDepth)
        : new ReadPaths(
            best,
            "instead of " + wanted.word() + ", which is set but does not work here",
            findings,
            directWrites,
            uringDepth);
  }

  private static ReadWay best(List<Finding> findings) {
    long channel = of(ReadWay.CHANNEL, findings).megabytesPerSecond();
    Finding direct = of(ReadWay.DIRECT, findings);
    Finding uring = of(ReadWay.URING, findings);
    ReadWay best = ReadWay.CHANNEL;
    double toBeat = channel * DIRECT_LEAST;
    if (direct.works() && direct.megabytesPerSecond() >= toBeat) {
      best = ReadWay.DIRECT;
      toBeat = direct.megabytesPerSecond() * URING_LEAST;
    }
    return uring.works() && uring.megabytesPerSecond() >= toBeat ? ReadWay.URING : best;
  }

  private static Finding of(ReadWay way, List<Finding> findings) {
    return findings.stream().filter(each -> each.way() == way).findFirst().orElseThrow();
  }
}
