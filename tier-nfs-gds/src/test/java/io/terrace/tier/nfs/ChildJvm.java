/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.io.ReadWay;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What other processes do with a volume; also how they are started. */
final class ChildJvm {
  /** How many different chunks there are. */
  static final int CHUNKS = 60;

  static final long CHUNK_BYTES = ChunkHeader.BYTES + (long) TestChunks.SMALL.pageBytes();

  /** How a read went: all bytes came. */
  static final String WHOLE = "whole";

  /** Others came, or fewer. */
  static final String DAMAGED = "damaged";

  /** There was an error. */
  static final String FAILED = "failed";

  /** There was none. */
  static final String ABSENT = "absent";

  /** Memory was lent, as it must not be. */
  static final String LENT = "lent";

  private ChildJvm() {}

  /** Starts a process that does one thing with a volume, and says so on its output. */
  static Process start(String what, Path root, int argument) throws IOException {
    return start(what, root, argument, ReadWay.CHANNEL);
  }

  /** The same, with files read in a certain way. */
  static Process start(String what, Path root, int argument, ReadWay way) throws IOException {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "--enable-native-access=ALL-UNNAMED", "-cp", path));
    command.addAll(List.of(ChildJvm.class.getName(), what, root.toString(), "" + argument));
    command.add(way.name());
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }

  /** What a process says. */
  static BufferedReader said(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[1]);
    int argument = Integer.parseInt(args[2]);
    switch (args[0]) {
      case "write" -> write(root, argument);
      case "load" -> load(root, argument);
      case "read" -> read(root, argument, ReadWay.valueOf(args[3]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  /** Writes so many chunks, saying the number of each when it is stored. */
  private static void write(Path root, int count) throws Exception {
    TestChunks chunks = new TestChunks(1);
    try (NfsTier tier = Opened.at(root).tier()) {
      for (int i = 0; i < count; i++) {
        tier.write(chunks.full(i).bytes(), inTime());
        System.out.println(i);
      }
    }
  }

  /** Writes, reads, removes and collects, so many times; says how many chunks were read. */
  private static void load(Path root, int calls) throws Exception {
    List<Thread> threads = new ArrayList<>();
    int[] found = new int[4];
    try (NfsTier tier = Opened.at(root).capacity(CHUNKS * 3 / 4 * CHUNK_BYTES).tier()) {
      for (int i = 0; i < found.length; i++) {
        int number = i;
        threads.add(Thread.ofPlatform().start(() -> found[number] = load(tier, number, calls)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    if (Arrays.stream(found).anyMatch(each -> each < 0)) {
      System.exit(3);
    }
    System.out.println(Arrays.stream(found).sum());
  }

  /** How many chunks were read whole; negative if one was not. */
  private static int load(NfsTier tier, int thread, int calls) {
    SplittableRandom random = new SplittableRandom(ProcessHandle.current().pid() * 31 + thread);
    TestChunks chunks = new TestChunks(1);
    int found = 0;
    for (int i = 0; i < calls; i++) {
      TestChunk chunk = chunks.full(random.nextInt(CHUNKS));
      try {
        switch (random.nextInt(50)) {
          case 0 -> tier.remove(chunk.key(), inTime());
          case 1 -> tier.collect(inTime());
          case 2, 3, 4, 5, 6, 7, 8, 9 -> tier.write(chunk.bytes(), inTime());
          default -> {
            RecordingSink sink = new RecordingSink();
            if (tier.read(chunk.key(), sink, inTime()) == ReadOutcome.FOUND) {
              found++;
              if (!Arrays.equals(sink.payload(), chunk.payloadBytes())) {
                System.err.println("chunk " + chunk.key() + " is not whole");
                return -1;
              }
            }
          }
        }
      } catch (TierException e) {
        System.err.println("failed: " + e.getMessage());
        return -1;
      }
    }
    return found;
  }

  /**
   * Reads one chunk again and again, with mapping off, and says how each read went; ends when so
   * many did not bring all of it after one that did.
   */
  private static void read(Path root, int failures, ReadWay way) throws Exception {
    TestChunk chunk = new TestChunks(1).full(0);
    boolean seen = false;
    int failed = 0;
    try (NfsTier tier = Opened.at(root).read(way).map(MapMode.OFF).tier()) {
      while (failed < failures) {
        String said = said(tier, chunk);
        seen |= said.equals(WHOLE);
        failed += seen && !said.equals(WHOLE) ? 1 : 0;
        System.out.println(said);
      }
    }
  }

  private static String said(NfsTier tier, TestChunk chunk) {
    RecordingSink sink = new RecordingSink();
    try {
      if (tier.lease(chunk.key(), inTime()) != null) {
        return LENT;
      }
      if (tier.read(chunk.key(), sink, inTime()) != ReadOutcome.FOUND) {
        return ABSENT;
      }
      boolean whole =
          Arrays.equals(sink.header(), chunk.headerBytes())
              && Arrays.equals(sink.payload(), chunk.payloadBytes());
      return whole ? WHOLE : DAMAGED;
    } catch (TierException e) {
      return FAILED;
    }
  }
}
