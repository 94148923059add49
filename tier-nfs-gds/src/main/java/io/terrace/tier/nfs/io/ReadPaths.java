/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What {@link ReadPathProbe} found out about a folder.
 *
 * @param chosen the way to take; never {@link ReadWay#AUTO}
 * @param reason why that one
 * @param trials each way, and whether it works; empty if none was tried
 * @param directWrites whether files can be written by direct I/O
 * @param uringDepth as for {@link UringReads}
 */
public record ReadPaths(
    ReadWay chosen, String reason, List<Trial> trials, boolean directWrites, int uringDepth) {
  /** Below this part of the channel's speed, direct I/O does not pay for its lack of a cache. */
  private static final double DIRECT_LEAST = 0.8;

  /** Above this part of the speed of {@code pread}, a ring is more than noise faster. */
  private static final double URING_LEAST = 1.15;

  /** Makes a copy of the list. */
  public ReadPaths {
    trials = List.copyOf(trials);
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
  public record Trial(ReadWay way, boolean works, long megabytesPerSecond, String refusal) {
    static Trial works(ReadWay way, long megabytesPerSecond) {
      return new Trial(way, true, megabytesPerSecond, "");
    }

    static Trial refused(ReadWay way, String refusal) {
      return new Trial(way, false, 0, refusal);
    }

    /** For people: {@code direct works (about 5,800 MB/s)}. */
    @Override
    public String toString() {
      String speed =
          megabytesPerSecond > 0
              ? String.format(Locale.ROOT, " (about %,d MB/s)", megabytesPerSecond)
              : "";
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
    String all = trials.stream().map(trial -> "; " + trial).collect(Collectors.joining());
    String writes = directWrites ? "direct" : "channel";
    return "read by " + chosen.word() + " (" + reason + "), written by " + writes + all;
  }

  static ReadPath open(ReadWay way, int uringDepth) throws IOException {
    return switch (way) {
      case AUTO, CHANNEL -> new ChannelReads();
      case DIRECT -> new DirectReads();
      case URING -> new UringReads(uringDepth);
    };
  }

  /**
   * When nothing could be tried.
   *
   * @param refusal why no file could be written to try with
   */
  static ReadPaths channelOnly(ReadWay wanted, String refusal, int uringDepth) {
    boolean other = wanted == ReadWay.DIRECT || wanted == ReadWay.URING;
    String reason =
        (other ? "instead of " + wanted.word() + ", which is set: " : "")
            + "no way was tried, since no file could be written: "
            + refusal;
    return new ReadPaths(ReadWay.CHANNEL, reason, List.of(), false, uringDepth);
  }

  /** The wanted way if it works, else the best of those that do. */
  static ReadPaths choose(
      ReadWay wanted, List<Trial> trials, boolean directWrites, int uringDepth) {
    ReadWay best = best(trials);
    if (wanted == ReadWay.AUTO) {
      return new ReadPaths(best, "the best here", trials, directWrites, uringDepth);
    }
    Trial found = of(wanted, trials);
    return found.works() || wanted == ReadWay.CHANNEL
        ? new ReadPaths(wanted, "as set", trials, directWrites, uringDepth)
        : new ReadPaths(
            best,
            "instead of " + wanted.word() + ", which is set but does not work here",
            trials,
            directWrites,
            uringDepth);
  }

  private static ReadWay best(List<Trial> trials) {
    long channel = of(ReadWay.CHANNEL, trials).megabytesPerSecond();
    Trial direct = of(ReadWay.DIRECT, trials);
    Trial uring = of(ReadWay.URING, trials);
    ReadWay best = ReadWay.CHANNEL;
    double toBeat = channel * DIRECT_LEAST;
    if (direct.works() && direct.megabytesPerSecond() >= toBeat) {
      best = ReadWay.DIRECT;
      toBeat = direct.megabytesPerSecond() * URING_LEAST;
    }
    return uring.works() && uring.megabytesPerSecond() >= toBeat ? ReadWay.URING : best;
  }

  private static Trial of(ReadWay way, List<Trial> trials) {
    return trials.stream().filter(each -> each.way() == way).findFirst().orElseThrow();
  }
}
